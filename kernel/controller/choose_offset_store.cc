// Which offset store a group has, after a move.
#include <fmt/format.h>

#include "kernel/catalog/own_configs.h"
#include "kernel/controller/config_rules.h"
#include "kernel/controller/decide.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {

// The epoch keeps a coordinator that was replaced meanwhile from choosing for the one that is in office.
ChooseOffsetStoreReply decide(const ChooseOffsetStoreRequest& request, Draft& draft) {
  ChooseOffsetStoreReply reply;
  const catalog::Partition* home = draft.image().partition("__consumer_offsets", request.home);
  if (home == nullptr || home->leader_epoch != request.epoch) {
    reply.error = ErrorCode::kNotCoordinator;
    reply.message = fmt::format("The coordinator of group {} is another one by now.", request.group);
    return reply;
  }
  const std::string* now = draft.image().config(ResourceType::kGroup, request.group, catalog::kOffsetStoreConfig);
  if (now == nullptr || *now != request.store)
    write_configs(draft, ResourceType::kGroup, request.group, {{std::string(catalog::kOffsetStoreConfig), request.store}});
  return reply;
}

}  // namespace barnabas::controller
