#include "kernel/wire/messages/80_add_raft_voter.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(AddRaftVoterRequest)
WIRE_MESSAGE(AddRaftVoterResponse)
