// How a classic group becomes a consumer group: which may, and as what it begins. [any thread]
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/catalog/image.h"
#include "kernel/group/classic/handover.h"
#include "kernel/group/consumer/partitions.h"
#include "kernel/group/consumer/records.h"
#include "kernel/group/settings.h"

namespace barnabas::group {

struct ConsumerSeed {
  struct Member {
    std::string id;
    std::shared_ptr<const ConsumerGroupMemberMetadata> metadata;
    Partitions assigned;
  };

  std::int32_t generation = 0;
  std::vector<Member> members;
};

// What group.consumer.migration.policy allows.
bool may_upgrade(const GroupSettings& settings);
bool may_downgrade(const GroupSettings& settings);

// Nothing: what a member said of itself, or was assigned, is not what consumers say.
std::optional<ConsumerSeed> seed_of(const ClassicHandover& classic, const catalog::Image* image);

}  // namespace barnabas::group
