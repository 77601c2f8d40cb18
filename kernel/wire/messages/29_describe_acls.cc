#include "kernel/wire/messages/29_describe_acls.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeAclsRequest)
WIRE_MESSAGE(DescribeAclsResponse)
