#include "kernel/wire/messages/00_produce.h"

#include "kernel/wire/fast_codec.h"

WIRE_HOT_MESSAGE(ProduceRequest)
WIRE_HOT_MESSAGE(ProduceResponse)
