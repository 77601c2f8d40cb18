#include "kernel/wire/messages/20002_choose_offset_store.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ChooseOffsetStoreRequest)
WIRE_MESSAGE(ChooseOffsetStoreResponse)
