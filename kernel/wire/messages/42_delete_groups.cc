#include "kernel/wire/messages/42_delete_groups.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DeleteGroupsRequest)
WIRE_MESSAGE(DeleteGroupsResponse)
