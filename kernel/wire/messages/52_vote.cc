#include "kernel/wire/messages/52_vote.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(VoteRequest)
WIRE_MESSAGE(VoteResponse)
