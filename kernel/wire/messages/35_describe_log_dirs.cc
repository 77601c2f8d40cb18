#include "kernel/wire/messages/35_describe_log_dirs.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeLogDirsRequest)
WIRE_MESSAGE(DescribeLogDirsResponse)
