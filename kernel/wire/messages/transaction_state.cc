#include "kernel/wire/messages/transaction_state.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(TransactionLogKey)
WIRE_MESSAGE(TransactionLogValue)
