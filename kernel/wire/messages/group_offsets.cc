#include "kernel/wire/messages/group_offsets.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(LegacyOffsetCommitKey)
WIRE_MESSAGE(LegacyOffsetCommitValue)
WIRE_MESSAGE(OffsetCommitKey)
WIRE_MESSAGE(OffsetCommitValue)
WIRE_MESSAGE(GroupMetadataKey)
WIRE_MESSAGE(GroupMetadataValue)
