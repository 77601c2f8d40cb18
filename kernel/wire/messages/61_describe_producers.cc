#include "kernel/wire/messages/61_describe_producers.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeProducersRequest)
WIRE_MESSAGE(DescribeProducersResponse)
