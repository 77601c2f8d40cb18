#include "kernel/group/consumer/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace barnabas::group {
namespace {

Refusal invalid(std::string message) { return {ErrorCode::kInvalidRequest, std::move(message)}; }

// As Java trims.
bool is_blank(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}
bool is_empty(const std::optional<std::string>& text) { return text && text->empty(); }

}  // namespace

std::optional<Refusal> refusal_of(const ConsumerHeartbeatRequest& request, const GroupSettings& settings) {
  const bool needs_id = request.version >= 1 || request.member_epoch > 0 || request.member_epoch == -1;
  if (needs_id && request.member_id.empty()) return invalid("MemberId can't be empty.");
  if (is_blank(request.group)) return invalid("GroupId can't be empty.");
  if (is_empty(request.instance_id)) return invalid("InstanceId can't be empty.");
  if (is_empty(request.rack_id)) return invalid("RackId can't be empty.");
  if (request.member_epoch == 0) {
    if (request.rebalance_timeout_ms == -1) return invalid("RebalanceTimeoutMs must be provided in first request.");
    if (!request.owned || !request.owned->empty()) return invalid("TopicPartitions must be empty when (re-)joining.");
    if (!request.topic_names && !request.topic_regex)
      return invalid("Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.");
  } else if (request.member_epoch == -2) {
    if (!request.instance_id) return invalid("InstanceId can't be null.");
  } else if (request.member_epoch < -2) {
    return invalid("MemberEpoch is invalid.");
  }
  if (request.assignor && std::ranges::find(settings.consumer_assignors, *request.assignor) == settings.consumer_assignors.end())
    return Refusal{ErrorCode::kUnsupportedAssignor, fmt::format("ServerAssignor {} is not supported. Supported assignors: {}.",
                                                                *request.assignor, fmt::join(settings.consumer_assignors, ", "))};
  return std::nullopt;
}

}  // namespace barnabas::group
