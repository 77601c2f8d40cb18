#include "kernel/wire/messages/20000_describe_group_history.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeGroupHistoryRequest)
WIRE_MESSAGE(DescribeGroupHistoryResponse)
