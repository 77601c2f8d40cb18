#include "kernel/wire/messages/14_sync_group.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(SyncGroupRequest)
WIRE_MESSAGE(SyncGroupResponse)
