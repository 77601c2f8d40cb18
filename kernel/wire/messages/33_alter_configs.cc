#include "kernel/wire/messages/33_alter_configs.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AlterConfigsRequest)
WIRE_MESSAGE(AlterConfigsResponse)
