#include "kernel/wire/messages/34_alter_replica_log_dirs.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AlterReplicaLogDirsRequest)
WIRE_MESSAGE(AlterReplicaLogDirsResponse)
