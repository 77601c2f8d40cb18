#include "kernel/wire/messages/18_api_versions.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ApiVersionsRequest)
WIRE_MESSAGE(ApiVersionsResponse)
