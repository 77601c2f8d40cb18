#include "kernel/wire/messages/87_read_share_group_state_summary.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ReadShareGroupStateSummaryRequest)
WIRE_MESSAGE(ReadShareGroupStateSummaryResponse)
