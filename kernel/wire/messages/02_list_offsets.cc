#include "kernel/wire/messages/02_list_offsets.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ListOffsetsRequest)
WIRE_MESSAGE(ListOffsetsResponse)
