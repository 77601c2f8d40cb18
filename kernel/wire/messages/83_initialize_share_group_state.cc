#include "kernel/wire/messages/83_initialize_share_group_state.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(InitializeShareGroupStateRequest)
WIRE_MESSAGE(InitializeShareGroupStateResponse)
