#include "kernel/wire/messages/66_list_transactions.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ListTransactionsRequest)
WIRE_MESSAGE(ListTransactionsResponse)
