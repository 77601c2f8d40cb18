#include "kernel/wire/messages/08_offset_commit.h"

#include "kernel/wire/fast_codec.h"

WIRE_HOT_MESSAGE(OffsetCommitRequest)
WIRE_HOT_MESSAGE(OffsetCommitResponse)
