#include "sim/sim_world.h"

#include "sim/sim_loop.h"
#include "sim/sim_network.h"

#include <algorithm>

namespace barnabas::sim {

SimWorld::SimWorld(std::uint64_t seed, const SimRules& rules)
    : rules_(rules), random_(seed), network_(std::make_unique<SimNetwork>(*this)) {}

SimWorld::~SimWorld() = default;

bool SimWorld::step() {
  // Every queue of every loop, and the events that are due, could be next: the seed decides.
  std::vector<std::pair<SimLoop*, std::size_t>> ready;
  for (SimLoop* loop : loops_) {
    for (std::size_t queue = 0; queue < loop->queue_count(); ++queue) {
      if (loop->has_task(queue)) ready.emplace_back(loop, queue);
    }
  }
  const bool due = !events_.empty() && (ready.empty() || events_.begin()->first.first <= now_ns_);
  if (ready.empty() && !due) return false;
  ++steps_;
  const std::uint64_t choice = below(ready.size() + (due ? 1 : 0));
  if (choice == ready.size()) {
    run_event();
  } else {
    const auto [loop, queue] = ready[choice];
    run_on(*loop, [loop = loop, queue = queue] { loop->run_task(queue); });
  }
  now_ns_ += between(0, rules_.task_cost_max_ns);
  return true;
}

bool SimWorld::run_until(const std::function<bool()>& done, std::int64_t limit_ns) {
  const std::int64_t limit = now_ns_ + limit_ns;
  while (!done()) {
    if (now_ns_ > limit || !step()) return false;
  }
  return true;
}

void SimWorld::run_for(std::int64_t ns) {
  const std::int64_t until = now_ns_ + ns;
  for (;;) {
    const bool idle = std::none_of(loops_.begin(), loops_.end(), [](SimLoop* loop) { return loop->busy(); });
    if (now_ns_ >= until || (idle && (events_.empty() || events_.begin()->first.first > until))) break;
    step();
  }
  now_ns_ = std::max(now_ns_, until);
}

void SimWorld::run_event() {
  auto first = events_.extract(events_.begin());
  now_ns_ = std::max(now_ns_, first.key().first);
  event_times_.erase(first.key().second);
  run_on(*first.mapped().loop, first.mapped().call);
}

void SimWorld::run_on(SimLoop& loop, const std::function<void()>& call) {
  SimLoop* const before = std::exchange(current_, &loop);
  loop.begin_turn();
  call();
  current_ = before;
}

void SimWorld::note(std::string_view line) {
  const std::string whole = std::to_string(now_ns_) + " " + std::string(line);
  for (const char c : whole) trace_hash_ = (trace_hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  if (on_trace_) on_trace_(whole);
}

SimWorld::EventId SimWorld::at(std::int64_t time_ns, SimLoop& loop, std::function<void()> call) {
  const EventId id = ++last_event_;
  time_ns = std::max(time_ns, now_ns_);
  events_.emplace(Key{time_ns, id}, Event{&loop, std::move(call)});
  event_times_.emplace(id, time_ns);
  return id;
}

void SimWorld::cancel(EventId event) {
  const auto found = event_times_.find(event);
  if (found == event_times_.end()) return;
  events_.erase({found->second, event});
  event_times_.erase(found);
}

std::uint64_t SimWorld::join(SimLoop& loop) {
  loops_.push_back(&loop);
  return ++last_loop_;
}

void SimWorld::leave(SimLoop& loop) {
  std::erase(loops_, &loop);
  std::erase_if(events_, [&](const auto& entry) {
    if (entry.second.loop != &loop) return false;
    event_times_.erase(entry.first.second);
    return true;
  });
}

}  // namespace barnabas::sim
