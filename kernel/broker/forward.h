// Requests that only the controller decides, asked of a broker that is none: they go to it in an Envelope (KIP-590), and its answer goes
// back to the client as it came.
#pragma once

#include <cstdint>

#include "kernel/broker/call.h"

namespace barnabas::broker {

// Whether this node is not the controller, as far as this loop knows: another one is, or nobody.
bool leads_elsewhere(const Call& call);

// Whom clients shall take for the controller: the one there is, if it is a broker that they can reach, otherwise this broker, which
// forwards; -1 while there is none.
std::int32_t told_controller(const Call& call);

// `frame`: the whole request. Where the controller cannot be reached `handle` answers, which then says so in the response's own terms.
void forward(Call& call, sdk::Bytes frame, void (*handle)(Call&));

}  // namespace barnabas::broker
