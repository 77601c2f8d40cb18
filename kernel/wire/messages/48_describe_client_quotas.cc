#include "kernel/wire/messages/48_describe_client_quotas.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeClientQuotasRequest)
WIRE_MESSAGE(DescribeClientQuotasResponse)
