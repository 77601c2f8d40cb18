#include "kernel/wire/messages/streams_subscription.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(SubscriptionInfoData)
