#include "kernel/wire/messages/51_alter_user_scram_credentials.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AlterUserScramCredentialsRequest)
WIRE_MESSAGE(AlterUserScramCredentialsResponse)
