#include "kernel/wire/messages/headers.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(RequestHeader)
WIRE_MESSAGE(ResponseHeader)
