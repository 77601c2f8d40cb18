// Leaders and in-sync replicas when brokers come and go.
//
// Pure. One thread at a time for each draft.
#pragma once

#include <functional>
#include <optional>

#include "kernel/controller/draft.h"
#include "kernel/controller/partition_change.h"

namespace barnabas::controller {

struct BrokerEvent {
  std::optional<std::int32_t> leaves;           // out of every ISR, and no leader any more
  std::optional<std::int32_t> comes;            // may lead though it is not yet written as unfenced
  std::optional<std::int32_t> stopped_unclean;  // like `leaves`, and not eligible either
};
using PartitionFilter = std::function<bool(const catalog::Partition&)>;

// A change record for every partition that `affected` picks and the event changes. False: there was room for some of them only, and the
// draft was told that a rest is left. One more record always has room behind them.
[[nodiscard]] bool update_leaders(Draft& draft, const BrokerEvent& event, const PartitionFilter& affected);

// Whether a replica in that directory can be used: the directory is among those of the broker, or nobody has said yet which one it is.
bool has_directory(const catalog::Broker& broker, const Uuid& directory);

// What an election of one partition asks for, with the topic's own settings filled in.
PartitionChange prepare_change(Draft& draft, std::string_view topic, const catalog::Partition& partition);

}  // namespace barnabas::controller
