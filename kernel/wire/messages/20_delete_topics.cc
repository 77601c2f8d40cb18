#include "kernel/wire/messages/20_delete_topics.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DeleteTopicsRequest)
WIRE_MESSAGE(DeleteTopicsResponse)
