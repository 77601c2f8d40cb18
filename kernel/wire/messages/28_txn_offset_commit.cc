#include "kernel/wire/messages/28_txn_offset_commit.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(TxnOffsetCommitRequest)
WIRE_MESSAGE(TxnOffsetCommitResponse)
