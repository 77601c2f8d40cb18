#include "kernel/wire/messages/10_find_coordinator.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(FindCoordinatorRequest)
WIRE_MESSAGE(FindCoordinatorResponse)
