#include "kernel/wire/messages/08_offset_commit.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(OffsetCommitRequest)
WIRE_MESSAGE(OffsetCommitResponse)
