#include "kernel/wire/messages/00_produce.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ProduceRequest)
WIRE_MESSAGE(ProduceResponse)
