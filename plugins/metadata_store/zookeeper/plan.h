// Metadata records as changes of znodes: what a proposal writes, in requests that a server takes.
//
// Each request is written whole or not at all. Several are needed where a proposal is larger than one may be; they leave, whichever was the
// last that came through, a tree that Kafka can have left: a topic without some of its partitions' states, or one that is marked for
// deletion. Nothing is fenced here: whoever writes puts the check of the controller's epoch in front of each. Pure. [any thread]
#pragma once

#include <span>
#include <vector>

#include "shared/zookeeper/operation.h"
#include "tree.h"

namespace barnabas::metadata_zookeeper {

using zookeeper::Operation;
using zookeeper::Operations;

// A server takes 1 MiB (jute.maxbuffer), unless told otherwise.
inline constexpr std::size_t kMostRequestBytes = 900u << 10;

// kUnsupported, naming it: a record that has no place here. kExhausted: a node would be too large. kCorrupt: a record about what is not
// there. `controller_epoch` goes into states of partitions.
Result<std::vector<Operations>> plan(std::span<const sdk::Bytes> records, const Tree& tree, std::int32_t controller_epoch);

// Takes away what is left of a topic that is marked for deletion, and at last the mark.
std::vector<Operations> plan_deletion(const std::string& topic, const Tree& tree);

// The tree with what was written. A broker's node is not known by this: the transaction that made it is not.
Status put_all(const std::vector<Operations>& requests, Tree& tree);

}  // namespace barnabas::metadata_zookeeper
