#include "kernel/wire/messages/49_alter_client_quotas.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AlterClientQuotasRequest)
WIRE_MESSAGE(AlterClientQuotasResponse)
