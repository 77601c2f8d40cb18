#include "kernel/wire/messages/record_log.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(NoOpRecord)
WIRE_MESSAGE(BeginTransactionRecord)
WIRE_MESSAGE(EndTransactionRecord)
WIRE_MESSAGE(AbortTransactionRecord)
WIRE_MESSAGE(ZkMigrationStateRecord)
