#include "kernel/wire/messages/producer_snapshot.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ProducerSnapshot)
