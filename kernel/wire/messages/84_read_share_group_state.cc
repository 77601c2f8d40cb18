#include "kernel/wire/messages/84_read_share_group_state.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ReadShareGroupStateRequest)
WIRE_MESSAGE(ReadShareGroupStateResponse)
