#include "kernel/wire/messages/53_begin_quorum_epoch.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(BeginQuorumEpochRequest)
WIRE_MESSAGE(BeginQuorumEpochResponse)
