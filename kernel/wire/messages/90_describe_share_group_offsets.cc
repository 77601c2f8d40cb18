#include "kernel/wire/messages/90_describe_share_group_offsets.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeShareGroupOffsetsRequest)
WIRE_MESSAGE(DescribeShareGroupOffsetsResponse)
