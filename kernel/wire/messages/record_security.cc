#include "kernel/wire/messages/record_security.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AccessControlEntryRecord)
WIRE_MESSAGE(RemoveAccessControlEntryRecord)
WIRE_MESSAGE(UserScramCredentialRecord)
WIRE_MESSAGE(RemoveUserScramCredentialRecord)
WIRE_MESSAGE(DelegationTokenRecord)
WIRE_MESSAGE(RemoveDelegationTokenRecord)
