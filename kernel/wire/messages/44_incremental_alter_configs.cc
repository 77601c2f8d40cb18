#include "kernel/wire/messages/44_incremental_alter_configs.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(IncrementalAlterConfigsRequest)
WIRE_MESSAGE(IncrementalAlterConfigsResponse)
