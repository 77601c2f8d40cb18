// What a connection may cost: its deadlines, and the memory that it holds.
#include <algorithm>

#include "kernel/broker/shard.h"
#include "kernel/node/session.h"

namespace barnabas::node {
namespace {

constexpr std::int64_t kAtRestNs = 5'000'000'000;  // without an octet either way
constexpr std::size_t kArenaAtRestBytes = 1024;
constexpr std::size_t kSmallFrameBytes = 4 << 10;  // the least that counts as holding memory

}  // namespace

void Session::check_deadlines(std::int64_t now_ns) {
  if (closing_ || stream_ == nullptr) return;
  count_answers();
  const auto& settings = limits_.settings();
  if (const std::uint64_t unsent = stream_->unsent_bytes(); unsent != unsent_seen_) {
    // A slow reader takes long for a large answer; as long as it takes some of it, it has not stalled.
    unsent_seen_ = unsent;
    active_at_ns_ = now_ns;
  }
  if (stream_->unsent_bytes() != 0 && now_ns - active_at_ns_ > settings.send_ns) {
    closing_ = true;
    return stream_->close();
  }
  if (partial_.size() != 0 && now_ns - partial_at_ns_ > settings.request_ns) return refuse("a request did not come whole in time");
  // Behind a request that waits for long, others may wait as long; but not where their memory is missed.
  if (!backlog_.empty() && limits_.memory_is_used_up() && now_ns - backlog_.since_ns() > settings.request_ns)
    return end_for_memory("it has requests waiting behind one that takes long, and the memory for requests is used up");
  if (in_call_) return;
  if (now_ns - active_at_ns_ > settings.idle_ns) {
    closing_ = true;
    return stream_->close();
  }
  if (now_ns - active_at_ns_ > kAtRestNs) arena_.reset(kArenaAtRestBytes);
}

// Where memory for answers is short, one at a time is made for each peer.
std::uint64_t Session::allowed_unsent() const { return answers_.is_short() ? 0 : limits_.settings().unsent_bytes; }

void Session::count_answers() {
  const bool is_behind = stream_ != nullptr && stream_->unsent_bytes() != 0;
  if (!is_behind) {
    behind_at_ns_ = 0;
  } else if (behind_at_ns_ == 0) {
    behind_at_ns_ = shard_.loop.turn_mono_ns();
  }
  const std::uint64_t held = output_.memory_bytes() + (stream_ == nullptr ? 0 : stream_->unsent_memory_bytes());
  answers_.change(std::exchange(answer_bytes_, held), held);
  if (held != 0 && answers_.is_used_up()) ask_for_relief();
}

std::int64_t Session::behind_since_ns() {
  count_answers();
  return answer_bytes_ == 0 ? 0 : behind_at_ns_;
}

std::int64_t Session::stalled_since_ns() const { return closing_ || partial_.room() <= kSmallFrameBytes ? 0 : active_at_ns_; }

void Session::end_for_memory(std::string_view reason) {
  if (stream_ == nullptr) return;
  // One that is being closed may hold answers for seconds yet.
  if (!std::exchange(closing_, true)) shard_.log_refusal(client_, reason);
  stream_->close();
  limits_.release_memory(partial_.room());
  partial_ = {};
  drop_backlog();
  count_answers();
}

}  // namespace barnabas::node
