#include "kernel/wire/messages/92_delete_share_group_offsets.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DeleteShareGroupOffsetsRequest)
WIRE_MESSAGE(DeleteShareGroupOffsetsResponse)
