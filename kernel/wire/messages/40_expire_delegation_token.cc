#include "kernel/wire/messages/40_expire_delegation_token.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ExpireDelegationTokenRequest)
WIRE_MESSAGE(ExpireDelegationTokenResponse)
