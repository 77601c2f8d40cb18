#include "kernel/wire/messages/43_elect_leaders.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ElectLeadersRequest)
WIRE_MESSAGE(ElectLeadersResponse)
