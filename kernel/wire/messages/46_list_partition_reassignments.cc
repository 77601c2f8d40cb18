#include "kernel/wire/messages/46_list_partition_reassignments.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ListPartitionReassignmentsRequest)
WIRE_MESSAGE(ListPartitionReassignmentsResponse)
