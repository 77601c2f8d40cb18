#include "kernel/wire/messages/record_brokers.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(RegisterBrokerRecord)
WIRE_MESSAGE(UnregisterBrokerRecord)
WIRE_MESSAGE(FenceBrokerRecord)
WIRE_MESSAGE(UnfenceBrokerRecord)
WIRE_MESSAGE(BrokerRegistrationChangeRecord)
WIRE_MESSAGE(RegisterControllerRecord)
