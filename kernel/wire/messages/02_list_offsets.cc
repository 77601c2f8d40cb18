#include "kernel/wire/messages/02_list_offsets.h"

#include "kernel/wire/fast_codec.h"

WIRE_HOT_MESSAGE(ListOffsetsRequest)
WIRE_HOT_MESSAGE(ListOffsetsResponse)
