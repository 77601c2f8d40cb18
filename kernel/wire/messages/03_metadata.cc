#include "kernel/wire/messages/03_metadata.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(MetadataRequest)
WIRE_MESSAGE(MetadataResponse)
