// Target assignments: when an assignor runs, what it is asked, and what becomes of its answer.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "kernel/catalog/image.h"
#include "kernel/group/consumer/consumer_group.h"

namespace barnabas::group {
namespace {

constexpr std::int64_t kRetryMs = 1'000;

// The group as an assignor sees it. Indices of topics are of those that there are.
class InputMaker {
 public:
  InputMaker(const ConsumerState& state, const catalog::Image* image) : state_(state), image_(image) {}

  AssignorInput make() {
    const bool with_racks =
        std::ranges::any_of(state_.members(), [](const auto& member) { return member.second->metadata->rack_id.has_value(); });
    for (const std::string& name : state_.subscribed()) {
      const catalog::Topic* topic = image_ == nullptr ? nullptr : image_->topic(name);
      if (topic == nullptr) continue;
      index_.emplace(topic->id, static_cast<std::int32_t>(input_.topics.size()));
      input_.topics.push_back(
          {topic->name, topic->id, topic->partition_count(), with_racks ? racks_of(*topic) : decltype(racks_of(*topic)){}});
    }
    for (const auto& [id, member] : state_.members()) add(*member);
    return std::move(input_);
  }

 private:
  std::vector<std::vector<std::string>> racks_of(const catalog::Topic& topic) const {
    std::vector<std::vector<std::string>> all(topic.partitions.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (topic.partitions[i] == nullptr) continue;
      for (const std::int32_t replica : topic.partitions[i]->replicas) {
        const catalog::Broker* broker = image_->broker(replica);
        if (broker != nullptr && broker->rack) all[i].push_back(*broker->rack);
      }
    }
    return all;
  }

  void add(const ConsumerMember& member) {
    AssignorInput::Member& to = input_.members.emplace_back();
    to.id = member.id;
    to.instance_id = member.metadata->instance_id;
    to.rack = member.metadata->rack_id.value_or("");
    for (const std::string& name : member.metadata->subscribed_topic_names) add_topic(name, to.topics);
    if (member.metadata->subscribed_topic_regex) {
      const std::vector<std::int32_t>& matched = matched_by(*member.metadata->subscribed_topic_regex);
      const std::size_t named = to.topics.size();
      to.topics.insert(to.topics.end(), matched.begin(), matched.end());
      std::inplace_merge(to.topics.begin(), to.topics.begin() + static_cast<std::ptrdiff_t>(named), to.topics.end());
      to.topics.erase(std::unique(to.topics.begin(), to.topics.end()), to.topics.end());
    }
    for (const TopicPartition& owned : *member.target) {
      const auto topic = index_.find(owned.topic_id);
      if (topic != index_.end()) to.owned.push_back({topic->second, owned.partition});
    }
    std::ranges::sort(to.owned);
  }

  void add_topic(const std::string& name, std::vector<std::int32_t>& to) const {
    const auto at = std::ranges::lower_bound(input_.topics, name, {}, &AssignorInput::Topic::name);
    if (at != input_.topics.end() && at->name == name) to.push_back(static_cast<std::int32_t>(at - input_.topics.begin()));
  }

  // Many members have the same one.
  const std::vector<std::int32_t>& matched_by(const std::string& regex) {
    const auto [at, is_new] = matched_.try_emplace(regex);
    const ConsumerGroupRegex* resolved = is_new ? state_.regex(regex) : nullptr;
    if (resolved != nullptr)
      for (const std::string& name : resolved->topics) add_topic(name, at->second);
    return at->second;
  }

  const ConsumerState& state_;
  const catalog::Image* image_;
  AssignorInput input_;
  std::unordered_map<Uuid, std::int32_t> index_;
  std::unordered_map<std::string, std::vector<std::int32_t>> matched_;
};

}  // namespace

struct ConsumerGroup::Run {
  std::int32_t epoch = 0;
  std::string assignor;
  std::vector<Uuid> topics;
  std::vector<std::string> members;
};

bool ConsumerGroup::assign_if_due() {
  if (running_ || state_.epoch() <= state_.target_epoch() || state_.members().empty() || context().image == nullptr) return false;
  std::int64_t due = retry_ms_;
  if (last_run_ms_) due = std::max(due, *last_run_ms_ + configs().assignment_interval_ms);
  if (steady_ms() < due) {
    run_alarm_.set(due);
    return false;
  }
  begin_run();
  return true;
}

void ConsumerGroup::begin_run() {
  run_alarm_.clear();
  running_ = true;
  stale_ = false;
  Run run;
  run.epoch = state_.epoch();
  run.assignor = state_.elected_assignor(context().settings.consumer_assignors);
  AssignorInput input = InputMaker(state_, context().image.get()).make();
  for (const AssignorInput::Topic& topic : input.topics) run.topics.push_back(topic.id);
  for (const AssignorInput::Member& member : input.members) run.members.push_back(member.id);
  std::string assignor = run.assignor;
  context().background->assign(
      std::move(assignor), std::move(input),
      [this, alive = std::weak_ptr(alive_), shared = slot_.shared_context(), run = std::move(run)](Result<AssignorOutput> output) {
        const Turn turn(shared);
        const auto living = alive.lock();
        if (living != nullptr && *living) run_ended(run, std::move(output));
      });
}

void ConsumerGroup::run_ended(const Run& run, Result<AssignorOutput> output) {
  running_ = false;
  const bool is_stale = std::exchange(stale_, false) || slot_.dead;
  if (!is_stale) {
    const auto why = output ? apply(run, *output) : std::optional<std::string>(output.status().message());
    if (!why) last_run_ms_ = steady_ms();
    if (why) {
      retry_ms_ = steady_ms() + std::max<std::int64_t>(kRetryMs, configs().assignment_interval_ms);
      slot_.note(cause(CauseKind::kAssignorFailed, nullptr, run.assignor + ": " + *why), state_.members().size());
    }
  }
  if (assign_if_due() && is_stale) return;  // whoever waits hears of the new one
  for (const Waiter& resume : std::exchange(waiting_for_run_, {})) resume(ErrorCode::kNone);
  flush();
}

std::optional<std::string> ConsumerGroup::apply(const Run& run, const AssignorOutput& output) {
  if (output.size() != run.members.size()) return "its answer is not for this group";
  std::vector<std::pair<std::string, Partitions>> targets;  // that are others now
  for (std::size_t i = 0; i < output.size(); ++i) {
    const Member* member = state_.find(run.members[i]);
    if (member == nullptr) continue;  // it left meanwhile
    Partitions target;
    target.reserve(output[i].size());
    for (const AssignorInput::Partition& each : output[i])
      if (each.topic >= 0 && static_cast<std::size_t>(each.topic) < run.topics.size())
        target.push_back({run.topics[static_cast<std::size_t>(each.topic)], each.partition});
    std::ranges::sort(target);
    if (target == *member->target && state_.get({kConsumerGroupTargetMemberKey, member->id}) != nullptr) continue;
    const auto record = [&] { return consumer_group_record(slot_.id(), member->id, ConsumerGroupTargetMember{by_topic(target)}); };
    if (!keeps(member->id, target.size(), record)) return "what member " + member->id + " shall have is more than the store keeps";
    targets.emplace_back(member->id, std::move(target));
  }
  for (auto& [id, target] : targets)
    changes_.put({kConsumerGroupTargetMemberKey, id}, std::make_shared<const Partitions>(std::move(target)));
  changes_.put({kConsumerGroupTargetKey, {}},
               std::make_shared<const ConsumerGroupTarget>(ConsumerGroupTarget{run.epoch, context().now.wall_ms}));
  slot_.history.joined(run.epoch, context().now.wall_ms, state_.members().size(), run.assignor, "");
  return std::nullopt;
}

void ConsumerGroup::on_alarm(Alarm&) { assign_if_due(); }

}  // namespace barnabas::group
