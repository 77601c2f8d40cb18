#include "kernel/wire/messages/25_add_offsets_to_txn.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AddOffsetsToTxnRequest)
WIRE_MESSAGE(AddOffsetsToTxnResponse)
