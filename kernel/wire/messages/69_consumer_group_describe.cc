#include "kernel/wire/messages/69_consumer_group_describe.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ConsumerGroupDescribeRequest)
WIRE_MESSAGE(ConsumerGroupDescribeResponse)
