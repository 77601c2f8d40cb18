#include "kernel/wire/messages/73_assign_replicas_to_dirs.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AssignReplicasToDirsRequest)
WIRE_MESSAGE(AssignReplicasToDirsResponse)
