#include "kernel/wire/messages/71_get_telemetry_subscriptions.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(GetTelemetrySubscriptionsRequest)
WIRE_MESSAGE(GetTelemetrySubscriptionsResponse)
