#include "kernel/wire/messages/64_unregister_broker.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(UnregisterBrokerRequest)
WIRE_MESSAGE(UnregisterBrokerResponse)
