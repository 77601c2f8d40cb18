#include "kernel/wire/messages/21_delete_records.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DeleteRecordsRequest)
WIRE_MESSAGE(DeleteRecordsResponse)
