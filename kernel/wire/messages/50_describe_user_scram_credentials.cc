#include "kernel/wire/messages/50_describe_user_scram_credentials.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeUserScramCredentialsRequest)
WIRE_MESSAGE(DescribeUserScramCredentialsResponse)
