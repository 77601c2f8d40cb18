#include "kernel/wire/messages/01_fetch.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(FetchRequest)
WIRE_MESSAGE(FetchResponse)
