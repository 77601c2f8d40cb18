#include "kernel/wire/messages/16_list_groups.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ListGroupsRequest)
WIRE_MESSAGE(ListGroupsResponse)
