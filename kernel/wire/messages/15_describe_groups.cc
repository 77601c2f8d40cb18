#include "kernel/wire/messages/15_describe_groups.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeGroupsRequest)
WIRE_MESSAGE(DescribeGroupsResponse)
