#include "kernel/wire/messages/09_offset_fetch.h"

#include "kernel/wire/fast_codec.h"

WIRE_HOT_MESSAGE(OffsetFetchRequest)
WIRE_HOT_MESSAGE(OffsetFetchResponse)
