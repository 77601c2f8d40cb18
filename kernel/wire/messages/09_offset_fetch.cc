#include "kernel/wire/messages/09_offset_fetch.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(OffsetFetchRequest)
WIRE_MESSAGE(OffsetFetchResponse)
