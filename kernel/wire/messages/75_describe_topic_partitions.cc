#include "kernel/wire/messages/75_describe_topic_partitions.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DescribeTopicPartitionsRequest)
WIRE_MESSAGE(DescribeTopicPartitionsResponse)
