#include "kernel/node/session.h"

#include <algorithm>
#include <cstring>

#include "kernel/broker/broker.h"

namespace barnabas::node {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kFirstPartialBytes = 16 << 10;
constexpr std::size_t kHungryBytes = 4 << 10;  // read at once from a connection while memory is used up: small requests still come through
constexpr std::int64_t kRetryNs = 50'000'000;

std::int32_t read_length(const std::uint8_t* at) {
  return static_cast<std::int32_t>(std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3]);
}

}  // namespace

Session::Session(broker::Shard& shard, ConnectionLimits& limits, ConnectionPermit permit, broker::Client client)
    : shard_(shard),
      limits_(limits),
      permit_(std::move(permit)),
      client_(std::move(client)),
      call_(shard, *this, arena_, client_),
      retry_(shard.loop, [this] { make_room(); }) {}

Session::~Session() { limits_.release_memory(partial_.size()); }

void Session::on_open(base::Stream& stream) {
  stream_ = &stream;
  active_at_ns_ = shard_.loop.turn_mono_ns();
}

sdk::MutableBytes Session::receive_into(sdk::MutableBytes shared) {
  // What comes is kept, memory or not; so not much may come where there is none.
  if (partial_size_ < kLengthBytes)
    return limits_.memory_is_used_up() ? sdk::MutableBytes{shared.data, std::min(shared.size, kHungryBytes)} : shared;
  return {partial_.data() + partial_size_, partial_.size() - partial_size_};
}

void Session::on_received(sdk::Bytes octets) {
  active_at_ns_ = shard_.loop.turn_mono_ns();
  if (closing_) return;
  if (octets.data == partial_.data() + partial_size_ && partial_size_ >= kLengthBytes) {
    partial_size_ += octets.size;
    const std::size_t announced = kLengthBytes + static_cast<std::size_t>(read_length(partial_.data()));
    if (partial_size_ < announced) return make_room();
    // The frame is served from its own memory, which is given back afterwards.
    std::vector<std::uint8_t> whole = std::move(partial_);
    partial_.clear();
    partial_size_ = 0;
    limits_.release_memory(whole.size());
    consume({whole.data(), announced});
    return;
  }
  // The shared buffer is ours until this function returns, and handlers may write into it.
  if (partial_size_ == 0) {
    consume({const_cast<std::uint8_t*>(octets.data), octets.size});
    return;
  }
  // Less than a length word had come before.
  std::vector<std::uint8_t> joined(partial_.begin(), partial_.begin() + static_cast<std::ptrdiff_t>(partial_size_));
  limits_.release_memory(partial_.size());
  partial_.clear();
  partial_size_ = 0;
  joined.insert(joined.end(), octets.begin(), octets.end());
  consume({joined.data(), joined.size()});
}

void Session::consume(sdk::MutableBytes octets) {
  consuming_ = true;
  while (octets.size != 0 && !closing_) {
    if (in_call_ || output_.size() > limits_.settings().unsent_bytes) {
      backlog_.assign(octets.data, octets.data + octets.size);
      break;
    }
    if (octets.size < kLengthBytes) {
      keep_partial(octets);
      break;
    }
    const std::int32_t length = read_length(octets.data);
    if (length < 0 || static_cast<std::uint32_t>(length) > limits_.settings().frame_bytes) {
      refuse("a frame announces " + std::to_string(length) + " octets; between 0 and " + std::to_string(limits_.settings().frame_bytes) +
             " are allowed (socket.request.max.bytes)");
      break;
    }
    const std::size_t whole = kLengthBytes + static_cast<std::size_t>(length);
    if (octets.size < whole) {
      keep_partial(octets);
      break;
    }
    serve({octets.data + kLengthBytes, static_cast<std::size_t>(length)});
    octets = {octets.data + whole, octets.size - whole};
  }
  consuming_ = false;
  flush_output();
}

bool Session::serve(sdk::MutableBytes frame) {
  in_call_ = true;
  call_.on_abandoned = nullptr;
  broker::dispatch(call_, frame);
  return !in_call_;
}

void Session::keep_partial(sdk::Bytes octets) {
  const std::size_t room = std::max(octets.size, kLengthBytes);
  limits_.add_memory(room);
  partial_.assign(room, 0);
  std::memcpy(partial_.data(), octets.data, octets.size);
  partial_size_ = octets.size;
  partial_at_ns_ = shard_.loop.turn_mono_ns();
  make_room();
}

// Room for what was announced, but at most twice what has come, so that an announcement alone costs nothing. Where memory is used up the
// connection is not read from until there is some again; the deadline of the request goes on, so that those who hold memory and never
// finish lose it.
void Session::make_room() {
  if (closing_ || stream_ == nullptr || partial_size_ < kLengthBytes || partial_size_ < partial_.size()) return;
  const std::size_t announced = kLengthBytes + static_cast<std::size_t>(read_length(partial_.data()));
  const std::size_t wanted = std::min(announced, std::max(kFirstPartialBytes, 2 * partial_size_));
  const bool had_starved = starved_;
  if (announced <= kHungryBytes) {
    limits_.add_memory(wanted - partial_.size());
    starved_ = false;
  } else {
    starved_ = !limits_.take_memory(wanted - partial_.size());
  }
  if (starved_) {
    stream_->pause();
    return retry_.start(kRetryNs);
  }
  partial_.resize(wanted);
  if (had_starved) flush_output();
}

void Session::answered(broker::Call&, base::Output&& output) {
  output_.append(std::move(output));
  // The peer was waiting for this one: it has not idled, and its time to take the answer begins.
  active_at_ns_ = shard_.loop.turn_mono_ns();
  end_call();
}

void Session::unanswered(broker::Call&) { end_call(); }

void Session::closed(broker::Call&, std::string_view reason) {
  refuse(reason);
  end_call();
}

void Session::end_call() {
  in_call_ = false;
  call_.on_abandoned = nullptr;
  // Whoever still holds the link must not take the next call for this one.
  if (link_ != nullptr) *std::exchange(link_, nullptr) = nullptr;
  arena_.reset();
  if (!consuming_) continue_after_answer();
}

void Session::continue_after_answer() {
  flush_output();
  if (closing_ || stream_ == nullptr) return;
  if (backlog_.empty()) return move_if_better();  // flush_output() has resumed the stream
  const std::vector<std::uint8_t> octets = std::exchange(backlog_, {});
  consume({const_cast<std::uint8_t*>(octets.data()), octets.size()});
}

void Session::move_if_better() {
  if (call_.better_loop == nullptr || call_.stays || in_call_ || partial_size_ != 0 || stream_->unsent_bytes() != 0) return;
  move_to(shard_.broker.shard(call_.better_loop->index()), *std::exchange(stream_, nullptr), std::move(permit_), client_);
}

void Session::flush_output() {
  if (stream_ == nullptr) return;
  if (!output_.empty()) stream_->send(std::move(output_));
  if (closing_) return;
  // Nothing more is read while a request waits for its answer, or the peer for its own sake does not take the last ones.
  if (in_call_ || starved_ || !backlog_.empty() || stream_->unsent_bytes() > limits_.settings().unsent_bytes) {
    stream_->pause();
  } else {
    stream_->resume();
  }
}

void Session::on_drained() {
  active_at_ns_ = shard_.loop.turn_mono_ns();
  if (!in_call_ && !closing_) continue_after_answer();
}

void Session::refuse(std::string_view reason) {
  if (closing_) return;
  closing_ = true;
  shard_.log_refusal(client_, reason);
  if (stream_ == nullptr) return;
  // Answers to requests before the bad one still go out.
  if (!output_.empty()) stream_->send(std::move(output_));
  stream_->close(true);
}

void Session::check_deadlines(std::int64_t now_ns) {
  if (closing_ || stream_ == nullptr) return;
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
  if (partial_size_ != 0 && now_ns - partial_at_ns_ > settings.request_ns) return refuse("a request did not come whole in time");
  if (!in_call_ && now_ns - active_at_ns_ > settings.idle_ns) {
    closing_ = true;
    stream_->close();
  }
}

void Session::close() {
  if (std::exchange(closing_, true) || stream_ == nullptr) return;
  stream_->close(true);
}

std::shared_ptr<broker::Call*> Session::link() {
  if (link_ == nullptr) link_ = std::make_shared<broker::Call*>(&call_);
  return link_;
}

void Session::on_closed(const Status&) {
  stream_ = nullptr;
  closing_ = true;
  if (link_ != nullptr) *link_ = nullptr;
  if (in_call_ && call_.on_abandoned) std::exchange(call_.on_abandoned, nullptr)();
}

}  // namespace barnabas::node
