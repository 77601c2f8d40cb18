#include "kernel/wire/messages/06_update_metadata.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(UpdateMetadataRequest)
WIRE_MESSAGE(UpdateMetadataResponse)
