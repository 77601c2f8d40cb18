#include "kernel/wire/messages/11_join_group.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(JoinGroupRequest)
WIRE_MESSAGE(JoinGroupResponse)
