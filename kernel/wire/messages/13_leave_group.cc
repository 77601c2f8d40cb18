#include "kernel/wire/messages/13_leave_group.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(LeaveGroupRequest)
WIRE_MESSAGE(LeaveGroupResponse)
