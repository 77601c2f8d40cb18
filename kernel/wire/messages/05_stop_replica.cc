#include "kernel/wire/messages/05_stop_replica.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(StopReplicaRequest)
WIRE_MESSAGE(StopReplicaResponse)
