#include "kernel/wire/messages/70_controller_registration.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ControllerRegistrationRequest)
WIRE_MESSAGE(ControllerRegistrationResponse)
