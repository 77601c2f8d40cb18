#include "kernel/wire/messages/record_topics.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(TopicRecord)
WIRE_MESSAGE(PartitionRecord)
WIRE_MESSAGE(PartitionChangeRecord)
WIRE_MESSAGE(RemoveTopicRecord)
WIRE_MESSAGE(ClearElrRecord)
