#include "kernel/wire/messages/89_streams_group_describe.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(StreamsGroupDescribeRequest)
WIRE_MESSAGE(StreamsGroupDescribeResponse)
