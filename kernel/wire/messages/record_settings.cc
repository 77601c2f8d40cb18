#include "kernel/wire/messages/record_settings.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ConfigRecord)
WIRE_MESSAGE(FeatureLevelRecord)
WIRE_MESSAGE(ClientQuotaRecord)
WIRE_MESSAGE(ProducerIdsRecord)
