#include "kernel/wire/messages/03_metadata.h"

#include "kernel/wire/fast_codec.h"

WIRE_HOT_MESSAGE(MetadataRequest)
WIRE_HOT_MESSAGE(MetadataResponse)
