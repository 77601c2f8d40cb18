#include "kernel/wire/messages/54_end_quorum_epoch.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(EndQuorumEpochRequest)
WIRE_MESSAGE(EndQuorumEpochResponse)
