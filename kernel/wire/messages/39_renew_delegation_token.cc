#include "kernel/wire/messages/39_renew_delegation_token.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(RenewDelegationTokenRequest)
WIRE_MESSAGE(RenewDelegationTokenResponse)
