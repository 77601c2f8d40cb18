#include "kernel/wire/messages/12_heartbeat.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(HeartbeatRequest)
WIRE_MESSAGE(HeartbeatResponse)
