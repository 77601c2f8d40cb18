#include "kernel/wire/messages/62_broker_registration.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(BrokerRegistrationRequest)
WIRE_MESSAGE(BrokerRegistrationResponse)
