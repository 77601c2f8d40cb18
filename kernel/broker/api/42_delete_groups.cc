// DeleteGroups: empty groups, with all that they committed.
#include "kernel/wire/messages/42_delete_groups.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {

void delete_groups(Call& call) {
  wire::DeleteGroupsRequest request;
  if (!call.read(request)) return;
  std::vector<group::DeleteRequest> asked;
  std::vector<std::string> names;
  for (const std::string_view group : request.groups_names) {
    asked.push_back({.group = std::string(group)});
    names.emplace_back(group);
  }
  ask_coordinators<group::DeleteReply>(
      call, Operation::kDelete, std::move(asked),
      [](group::Coordinator& coordinator, const group::DeleteRequest& one, auto reply) { coordinator.remove(one, std::move(reply)); },
      [names = std::move(names)](Call& waiting, const std::vector<group::DeleteReply>& replies) {
        wire::DeleteGroupsResponse response;
        const auto results = waiting.arena.array<ElementOf<&wire::DeleteGroupsResponse::results>>(replies.size());
        for (std::size_t i = 0; i < results.size(); ++i) {
          results[i].group_id = names[i];
          results[i].error_code = replies[i].error;
        }
        response.results = results;
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
