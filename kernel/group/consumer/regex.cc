// Regular expressions as subscriptions: resolved in the background, new ones at once, all of them when topics changed or after a while.
#include <algorithm>
#include <utility>

#include "kernel/catalog/image.h"
#include "kernel/group/consumer/consumer_group.h"

namespace barnabas::group {
namespace {

constexpr std::int64_t kAllAgainMs = 1'000;  // when topics change without end

// An expression that matches nothing changes nothing, unless it came in the place of a subscription to something.
bool somebody_has_more(const ConsumerState& state, const std::string& regex) {
  return std::ranges::any_of(state.members(), [&](const auto& each) {
    return each.second->metadata->subscribed_topic_regex == regex && !each.second->target->empty();
  });
}

}  // namespace

void ConsumerGroup::match_if_due() {
  const auto& users = state_.regex_users();
  if (users.empty() || matching_ || context().image == nullptr) return;
  const std::int64_t age = steady_ms() - matched_ms_;
  const bool all = !matched_topics_ || (*matched_topics_ != context().topics_version && age >= kAllAgainMs) ||
                   age >= context().settings.consumer_regex_refresh_interval_ms;
  if (!all && users.size() == state_.resolved_regexes()) return;
  std::vector<std::string> regexes;
  for (const auto& [regex, count] : users)
    if (all || state_.regex(regex) == nullptr) regexes.push_back(regex);
  if (regexes.empty()) return;
  matching_ = true;
  if (all) {
    matched_topics_ = context().topics_version;
    matched_ms_ = steady_ms();
  }
  const std::int64_t version = context().image->position();
  std::vector<std::string> asked = regexes;
  context().background->match(context().image, std::move(asked),
                              [this, alive = std::weak_ptr(alive_), shared = slot_.shared_context(), regexes = std::move(regexes),
                               version](RegexMatches matches) mutable {
                                const Turn turn(shared);
                                const auto living = alive.lock();
                                if (living != nullptr && *living) matched(regexes, version, std::move(matches));
                              });
}

void ConsumerGroup::matched(const std::vector<std::string>& regexes, std::int64_t version, RegexMatches matches) {
  matching_ = false;
  if (slot_.dead) return;
  bool changed = false;
  for (std::size_t i = 0; i < regexes.size() && i < matches.size(); ++i) {
    if (state_.users_of(regexes[i]) == 0) continue;
    const ConsumerGroupRegex* before = state_.regex(regexes[i]);
    if (before != nullptr && before->topics == matches[i]) continue;
    auto resolved = std::make_shared<ConsumerGroupRegex>(ConsumerGroupRegex{std::move(matches[i]), version, context().now.wall_ms});
    if (!slot_.takes(consumer_group_record(slot_.id(), regexes[i], *resolved))) {
      // It is as it was; one that is new matches nothing.
      if (before != nullptr) continue;
      resolved->topics.clear();
    }
    changed = changed || before != nullptr || !resolved->topics.empty() || somebody_has_more(state_, regexes[i]);
    changes_.put({kConsumerGroupRegexKey, regexes[i]}, std::shared_ptr<const ConsumerGroupRegex>(std::move(resolved)));
  }
  if (changed) bump(cause(CauseKind::kTopicsChanged, nullptr, "what a regular expression matches"));
  match_if_due();
  assign_if_due();
  flush();
}

}  // namespace barnabas::group
