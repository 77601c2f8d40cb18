#include "kernel/wire/messages/47_offset_delete.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(OffsetDeleteRequest)
WIRE_MESSAGE(OffsetDeleteResponse)
