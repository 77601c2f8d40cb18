#include "kernel/wire/messages/32_describe_configs.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeConfigsRequest)
WIRE_MESSAGE(DescribeConfigsResponse)
