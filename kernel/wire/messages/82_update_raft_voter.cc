#include "kernel/wire/messages/82_update_raft_voter.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(UpdateRaftVoterRequest)
WIRE_MESSAGE(UpdateRaftVoterResponse)
