#include "kernel/wire/messages/consumer_protocol.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ConsumerProtocolSubscription)
WIRE_MESSAGE(ConsumerProtocolAssignment)
