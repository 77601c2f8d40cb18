// What may be set for a topic, a broker, all brokers, a group or the client metrics.
//
// Pure. [any thread]
#pragma once

#include <map>
#include <optional>
#include <string>

#include "kernel/controller/draft.h"
#include "kernel/controller/requests.h"

namespace barnabas::controller {

// Key -> its new value; nothing: it goes away.
using ConfigWrites = std::map<std::string, std::optional<std::string>, std::less<>>;

// Applies the operations to what is set now and checks what comes out; `of_all_brokers` is what a broker has beneath its own. On success
// `writes` has what must be written: nothing where nothing changes.
Outcome check_alteration(const ConfigAlteration& alteration, const catalog::Configs& now, const catalog::Configs& of_all_brokers,
                         const config::KafkaConfigs& node, ConfigWrites& writes);

// The ConfigRecords, and, where the change touches min.insync.replicas, the record that forgets eligible leaders.
void write_configs(Draft& draft, ResourceType type, const std::string& name, const ConfigWrites& writes);

}  // namespace barnabas::controller
