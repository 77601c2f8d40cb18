#include "kernel/broker/group_background.h"

#include <fmt/format.h>

#include <deque>
#include <optional>
#include <utility>

#include "kernel/base/task.h"
#include "kernel/group/consumer/topic_regex.h"
#include "kernel/host/checked_assignor.h"

namespace barnabas::broker {
namespace {

constexpr std::int64_t kStopPatienceNs = 10'000'000'000;

}  // namespace

struct GroupBackground::Queue : std::enable_shared_from_this<Queue> {
  struct Job {
    std::string what;
    std::function<void()> work;
    std::function<void()> done;
  };

  Queue(sdk::Executor& on, Log to) : loop(on), log(std::move(to)), patience(on, [this] { give_up(); }) {}

  void add(Job job) {
    if (ended) return;
    waiting.push_back(std::move(job));
    if (!busy) next();
  }
  void next() {
    busy = !waiting.empty();
    if (!busy) {
      patience.cancel();
      if (ended && stopped) std::exchange(stopped, nullptr)();
      return;
    }
    Job job = std::move(waiting.front());
    waiting.pop_front();
    running = std::move(job.what);
    base::offload(loop, std::move(job.work), [self = shared_from_this(), done = std::move(job.done)] {
      if (!self->ended) done();
      self->next();
    });
  }
  void end(std::function<void()> then) {
    ended = true;
    waiting.clear();
    stopped = std::move(then);
    patience.cancel();
    if (!busy) return next();
    if (stopped) patience.start(kStopPatienceNs);
  }
  // What it was given it owns, and nobody hears of its outcome: nothing else has to wait for it.
  void give_up() {
    log(fmt::format("{} does not return: the groups stop without it", running));
    std::exchange(stopped, nullptr)();
  }

  sdk::Executor& loop;
  const Log log;
  base::Timer patience;
  std::string running;  // what was begun last
  std::deque<Job> waiting;
  std::function<void()> stopped;
  bool busy = false;
  bool ended = false;
};

GroupBackground::GroupBackground(sdk::Executor& loop, Log log, Enter enter)
    : log_(std::move(log)), enter_(std::move(enter)), queue_(std::make_shared<Queue>(loop, log_)) {}

GroupBackground::~GroupBackground() { queue_->end(nullptr); }

void GroupBackground::stop(std::function<void()> stopped) { queue_->end(std::move(stopped)); }

void GroupBackground::assign(std::string name, group::AssignorInput input, std::function<void(Result<group::AssignorOutput>)> done) {
  struct Run {
    group::AssignorInput input;
    std::optional<Result<group::AssignorOutput>> outcome;
  };
  const auto found = assignors_.find(name);
  const auto assignor = found == assignors_.end() ? nullptr : found->second;
  auto run = std::make_shared<Run>(Run{std::move(input), std::nullopt});
  queue_->add({fmt::format("assignor '{}'", name),
               [run, assignor, name] {
                 run->outcome = assignor == nullptr ? Result<group::AssignorOutput>(Status::invalid("there is no assignor '" + name + "'"))
                                                    : run_assignor(*assignor, name, run->input);
               },
               [this, run, name, done = std::move(done)] {
                 if (!run->outcome->ok()) say(name, run->outcome->status());
                 enter_([&] { done(*std::move(run->outcome)); });
               }});
}

void GroupBackground::say(const std::string& assignor, const Status& status) {
  // A group tries again with every heartbeat that changes something; one line for each kind of complaint is enough.
  std::string& last = said_[assignor];
  if (std::exchange(last, message_of(status)) == last) return;
  log_("a group keeps its assignment as it is: " + last);
}

void GroupBackground::match(std::shared_ptr<const catalog::Image> image, std::vector<std::string> regexes,
                            std::function<void(group::RegexMatches)> done) {
  auto matches = std::make_shared<group::RegexMatches>();
  queue_->add({"looking for the topics of regular expressions",
               [matches, image = std::move(image), regexes = std::move(regexes)] { *matches = group::matching_topics(*image, regexes); },
               [this, matches, done = std::move(done)] { enter_([&] { done(std::move(*matches)); }); }});
}

std::optional<std::string> GroupBackground::refusal_of(std::string_view regex) const { return group::regex_refusal(regex); }

Result<group::AssignorOutput> run_assignor(sdk::Assignor& assignor, std::string_view name, const group::AssignorInput& input) {
  // Views of the input, which stays where it is.
  std::vector<std::vector<std::vector<sdk::Text>>> racks(input.topics.size());
  std::vector<std::vector<sdk::AssignorRacks>> rack_lists(input.topics.size());
  std::vector<sdk::AssignorTopic> topics;
  for (std::size_t i = 0; i < input.topics.size(); ++i) {
    const group::AssignorInput::Topic& from = input.topics[i];
    for (const auto& of_partition : from.racks) racks[i].emplace_back(of_partition.begin(), of_partition.end());
    for (const auto& of_partition : racks[i]) rack_lists[i].push_back({of_partition.data(), of_partition.size()});
    const bool known = rack_lists[i].size() == static_cast<std::size_t>(from.partition_count) && !rack_lists[i].empty();
    topics.push_back({from.name, from.id, from.partition_count, known ? rack_lists[i].data() : nullptr});
  }
  std::vector<std::vector<sdk::AssignorPartition>> owned(input.members.size());
  std::vector<sdk::AssignorMember> members;
  for (std::size_t i = 0; i < input.members.size(); ++i) {
    const group::AssignorInput::Member& from = input.members[i];
    for (const auto& [topic, partition] : from.owned) owned[i].push_back({topic, partition});
    sdk::AssignorMember& member = members.emplace_back();
    member.id = from.id;
    if (from.instance_id) member.instance_id = *from.instance_id;
    member.is_static = from.instance_id.has_value();
    member.rack = from.rack;
    member.topics = from.topics.data();
    member.topic_count = from.topics.size();
    member.owned = owned[i].data();
    member.owned_count = owned[i].size();
    member.generation = from.generation;
  }
  auto assigned = host::assign_checked(assignor, name, {topics.data(), topics.size(), members.data(), members.size()});
  if (!assigned) return std::move(assigned).status();
  group::AssignorOutput output(input.members.size());
  for (std::size_t i = 0; i < output.size(); ++i)
    for (const sdk::AssignorPartition& at : (*assigned)[i]) output[i].push_back({at.topic, at.partition});
  return output;
}

}  // namespace barnabas::broker
