#include "kernel/wire/messages/81_remove_raft_voter.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(RemoveRaftVoterRequest)
WIRE_MESSAGE(RemoveRaftVoterResponse)
