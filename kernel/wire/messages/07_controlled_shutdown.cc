#include "kernel/wire/messages/07_controlled_shutdown.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ControlledShutdownRequest)
WIRE_MESSAGE(ControlledShutdownResponse)
