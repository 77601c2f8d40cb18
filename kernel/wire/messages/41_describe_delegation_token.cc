#include "kernel/wire/messages/41_describe_delegation_token.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeDelegationTokenRequest)
WIRE_MESSAGE(DescribeDelegationTokenResponse)
