#include "kernel/wire/messages/60_describe_cluster.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeClusterRequest)
WIRE_MESSAGE(DescribeClusterResponse)
