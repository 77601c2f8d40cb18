#include "kernel/wire/messages/37_create_partitions.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(CreatePartitionsRequest)
WIRE_MESSAGE(CreatePartitionsResponse)
