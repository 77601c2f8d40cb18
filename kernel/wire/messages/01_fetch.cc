#include "kernel/wire/messages/01_fetch.h"

#include "kernel/wire/fast_codec.h"

WIRE_HOT_MESSAGE(FetchRequest)
WIRE_HOT_MESSAGE(FetchResponse)
