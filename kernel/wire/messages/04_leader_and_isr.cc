#include "kernel/wire/messages/04_leader_and_isr.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(LeaderAndIsrRequest)
WIRE_MESSAGE(LeaderAndIsrResponse)
