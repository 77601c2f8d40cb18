#include "kernel/wire/messages/17_sasl_handshake.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(SaslHandshakeRequest)
WIRE_MESSAGE(SaslHandshakeResponse)
