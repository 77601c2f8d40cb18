#include "kernel/wire/messages/quorum_state.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(QuorumStateData)
