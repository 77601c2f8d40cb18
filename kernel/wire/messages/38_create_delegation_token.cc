#include "kernel/wire/messages/38_create_delegation_token.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(CreateDelegationTokenRequest)
WIRE_MESSAGE(CreateDelegationTokenResponse)
