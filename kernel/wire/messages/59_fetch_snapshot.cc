#include "kernel/wire/messages/59_fetch_snapshot.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(FetchSnapshotRequest)
WIRE_MESSAGE(FetchSnapshotResponse)
