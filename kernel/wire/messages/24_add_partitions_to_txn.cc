#include "kernel/wire/messages/24_add_partitions_to_txn.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AddPartitionsToTxnRequest)
WIRE_MESSAGE(AddPartitionsToTxnResponse)
