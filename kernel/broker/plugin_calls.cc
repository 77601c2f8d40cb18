#include "kernel/broker/plugin_calls.h"

#include <iterator>
#include <utility>

namespace barnabas::broker {
namespace {

constexpr std::int64_t kTickNs = 1'000'000'000;
constexpr std::size_t kMostEnded = 1000;
constexpr int kMostSaid = 20;  // a plugin that does it once does it with every call

}  // namespace

class PluginCalls::Call final : public sdk::Completion {
 public:
  Call(PluginCalls& calls, std::string what, std::int64_t deadline_s, Ended ended)
      : calls(calls), what(std::move(what)), deadline_s(deadline_s), ended(std::move(ended)) {}
  void done(sdk::Status status) noexcept override { calls.end(*this, std::move(status)); }

  enum class State : std::uint8_t { kPending, kGivenUp, kEnded };

  PluginCalls& calls;
  std::string what;
  const std::int64_t deadline_s;
  std::int64_t age_s = 0;
  Ended ended;
  State state = State::kPending;
  bool is_inside = true;  // of the plugin's function still
  Calls::iterator place;
};

PluginCalls::PluginCalls(sdk::Executor& executor, Log log)
    : executor_(executor), log_(std::move(log)), tick_(executor, [this] { look_at_deadlines(); }) {}

PluginCalls::~PluginCalls() = default;

void PluginCalls::call(std::string what, std::int64_t deadline_s, const Begin& begin, Ended ended) {
  Call& call = pending_.emplace_back(*this, std::move(what), deadline_s, std::move(ended));
  call.place = std::prev(pending_.end());
  sdk::Status begun = begin(call);
  call.is_inside = false;
  if (!begun.ok()) {
    base::post(executor_, [&call, begun = std::move(begun)]() mutable { call.done(std::move(begun)); });
    return;
  }
  if (!tick_.armed()) tick_.start(kTickNs);
}

void PluginCalls::end(Call& call, sdk::Status status) {
  if (call.is_inside) return base::post(executor_, [&call, status = std::move(status)]() mutable { call.done(std::move(status)); });
  if (call.state != Call::State::kPending) return end_again(call);
  call.state = Call::State::kEnded;
  keep(pending_, call);
  std::exchange(call.ended, nullptr)(std::move(status));
}

void PluginCalls::end_again(Call& call) {
  if (call.state == Call::State::kEnded) return say(call.what + " ended twice; the second end is passed over");
  call.state = Call::State::kEnded;
  keep(given_up_, call);
  say(call.what + " ended after it was given up; that is passed over");
}

void PluginCalls::keep(Calls& from, Call& call) {
  ended_.splice(ended_.end(), from, call.place);
  if (ended_.size() > kMostEnded) ended_.pop_front();
}

void PluginCalls::look_at_deadlines() {
  Calls late;
  for (auto at = pending_.begin(); at != pending_.end();) {
    const auto call = at++;
    if (call->deadline_s == kEver || ++call->age_s < call->deadline_s) continue;
    call->state = Call::State::kGivenUp;
    late.splice(late.end(), pending_, call);
  }
  if (!pending_.empty()) tick_.start(kTickNs);
  const std::size_t count = late.size();
  given_up_.splice(given_up_.end(), late);
  auto call = std::prev(given_up_.end(), static_cast<std::ptrdiff_t>(count));
  while (call != given_up_.end()) {
    Call& one = *call++;
    const std::string words = one.what + " does not end within " + std::to_string(one.deadline_s) + " s";
    say(words + "; it is given up");
    std::exchange(one.ended, nullptr)(sdk::Status::error(sdk::Code::kUnknown, sdk::Text(words)));
  }
}

void PluginCalls::say(const std::string& line) {
  if (++said_ <= kMostSaid) log_(line + (said_ == kMostSaid ? " (no more of this is said)" : ""));
}

}  // namespace barnabas::broker
