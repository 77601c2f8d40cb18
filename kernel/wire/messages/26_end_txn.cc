#include "kernel/wire/messages/26_end_txn.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(EndTxnRequest)
WIRE_MESSAGE(EndTxnResponse)
