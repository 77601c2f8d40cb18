#include "kernel/wire/messages/19_create_topics.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(CreateTopicsRequest)
WIRE_MESSAGE(CreateTopicsResponse)
