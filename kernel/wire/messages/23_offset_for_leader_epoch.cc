#include "kernel/wire/messages/23_offset_for_leader_epoch.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(OffsetForLeaderEpochRequest)
WIRE_MESSAGE(OffsetForLeaderEpochResponse)
