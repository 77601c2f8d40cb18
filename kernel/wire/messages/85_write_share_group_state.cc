#include "kernel/wire/messages/85_write_share_group_state.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(WriteShareGroupStateRequest)
WIRE_MESSAGE(WriteShareGroupStateResponse)
