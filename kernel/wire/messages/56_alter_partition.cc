#include "kernel/wire/messages/56_alter_partition.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AlterPartitionRequest)
WIRE_MESSAGE(AlterPartitionResponse)
