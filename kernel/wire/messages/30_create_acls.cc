#include "kernel/wire/messages/30_create_acls.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(CreateAclsRequest)
WIRE_MESSAGE(CreateAclsResponse)
