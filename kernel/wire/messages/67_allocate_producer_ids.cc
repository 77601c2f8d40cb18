#include "kernel/wire/messages/67_allocate_producer_ids.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AllocateProducerIdsRequest)
WIRE_MESSAGE(AllocateProducerIdsResponse)
