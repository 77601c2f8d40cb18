#include "kernel/wire/messages/22_init_producer_id.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(InitProducerIdRequest)
WIRE_MESSAGE(InitProducerIdResponse)
