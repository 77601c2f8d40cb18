#include "kernel/wire/messages/55_describe_quorum.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeQuorumRequest)
WIRE_MESSAGE(DescribeQuorumResponse)
