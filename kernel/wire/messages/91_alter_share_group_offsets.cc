#include "kernel/wire/messages/91_alter_share_group_offsets.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AlterShareGroupOffsetsRequest)
WIRE_MESSAGE(AlterShareGroupOffsetsResponse)
