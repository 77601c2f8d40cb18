#include "kernel/wire/messages/57_update_features.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(UpdateFeaturesRequest)
WIRE_MESSAGE(UpdateFeaturesResponse)
