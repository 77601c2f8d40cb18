#include "kernel/wire/messages/31_delete_acls.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DeleteAclsRequest)
WIRE_MESSAGE(DeleteAclsResponse)
