#include "kernel/wire/messages/20001_move_group_offsets.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(MoveGroupOffsetsRequest)
WIRE_MESSAGE(MoveGroupOffsetsResponse)
