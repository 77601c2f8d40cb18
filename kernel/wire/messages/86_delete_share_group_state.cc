#include "kernel/wire/messages/86_delete_share_group_state.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DeleteShareGroupStateRequest)
WIRE_MESSAGE(DeleteShareGroupStateResponse)
