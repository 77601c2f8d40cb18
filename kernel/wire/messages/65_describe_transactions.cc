#include "kernel/wire/messages/65_describe_transactions.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeTransactionsRequest)
WIRE_MESSAGE(DescribeTransactionsResponse)
