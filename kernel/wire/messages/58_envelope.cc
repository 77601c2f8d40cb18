#include "kernel/wire/messages/58_envelope.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(EnvelopeRequest)
WIRE_MESSAGE(EnvelopeResponse)
