#include "kernel/wire/messages/74_list_config_resources.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ListConfigResourcesRequest)
WIRE_MESSAGE(ListConfigResourcesResponse)
