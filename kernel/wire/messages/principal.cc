#include "kernel/wire/messages/principal.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(DefaultPrincipalData)
