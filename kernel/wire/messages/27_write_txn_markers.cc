#include "kernel/wire/messages/27_write_txn_markers.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(WriteTxnMarkersRequest)
WIRE_MESSAGE(WriteTxnMarkersResponse)
