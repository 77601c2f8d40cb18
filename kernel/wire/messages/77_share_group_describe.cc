#include "kernel/wire/messages/77_share_group_describe.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ShareGroupDescribeRequest)
WIRE_MESSAGE(ShareGroupDescribeResponse)
