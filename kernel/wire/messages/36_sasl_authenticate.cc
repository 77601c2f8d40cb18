#include "kernel/wire/messages/36_sasl_authenticate.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(SaslAuthenticateRequest)
WIRE_MESSAGE(SaslAuthenticateResponse)
