#include "kernel/wire/messages/headers.h"

#include "kernel/wire/fast_codec.h"

WIRE_HOT_MESSAGE(RequestHeader)
WIRE_HOT_MESSAGE(ResponseHeader)
