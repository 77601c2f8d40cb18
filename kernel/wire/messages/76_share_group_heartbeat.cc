#include "kernel/wire/messages/76_share_group_heartbeat.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ShareGroupHeartbeatRequest)
WIRE_MESSAGE(ShareGroupHeartbeatResponse)
