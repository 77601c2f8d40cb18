#include "kernel/wire/messages/63_broker_heartbeat.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(BrokerHeartbeatRequest)
WIRE_MESSAGE(BrokerHeartbeatResponse)
