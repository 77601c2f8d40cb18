#include "kernel/wire/messages/share_state.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ShareSnapshotKey)
WIRE_MESSAGE(ShareSnapshotValue)
WIRE_MESSAGE(ShareUpdateKey)
WIRE_MESSAGE(ShareUpdateValue)
