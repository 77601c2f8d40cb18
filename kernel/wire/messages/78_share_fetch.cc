#include "kernel/wire/messages/78_share_fetch.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ShareFetchRequest)
WIRE_MESSAGE(ShareFetchResponse)
