#include "kernel/wire/messages/45_alter_partition_reassignments.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AlterPartitionReassignmentsRequest)
WIRE_MESSAGE(AlterPartitionReassignmentsResponse)
