#include "kernel/wire/messages/79_share_acknowledge.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ShareAcknowledgeRequest)
WIRE_MESSAGE(ShareAcknowledgeResponse)
