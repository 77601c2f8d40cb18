#include "kernel/wire/messages/72_push_telemetry.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(PushTelemetryRequest)
WIRE_MESSAGE(PushTelemetryResponse)
