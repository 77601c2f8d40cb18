#include "kernel/node/session.h"

#include <algorithm>

#include "kernel/broker/broker.h"

namespace barnabas::node {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kFirstPartialBytes = 16 << 10;
// Producers send one batch after the other: growing to a megabyte in steps would copy it twice. A producer's requests are not longer by
// default.
constexpr std::size_t kMostProvenBytes = 2 << 20;
// At once of a frame that comes in parts: new memory is slow, and others wait. More, up to what was proven, of who is known to send much.
constexpr std::size_t kReceivedBytes = 64 << 10;
constexpr std::size_t kMostReceivedBytes = 256 << 10;
constexpr std::size_t kHungryBytes = 4 << 10;  // read at once from a connection while memory is used up: small requests still come through
constexpr std::size_t kSmallHoldBytes = 64 << 10;  // a request may always keep so much: those of honest clients do while they wait
constexpr std::int64_t kRetryNs = 50'000'000;
// What one connection may have served of what it sent together before the others have their turn.
constexpr int kRequestsPerTurn = 64;
constexpr std::int64_t kServingNs = Turns::kShareNs;

std::int32_t read_length(const std::uint8_t* at) {
  return static_cast<std::int32_t>(std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3]);
}

}  // namespace

Session::Session(broker::Shard& shard, ConnectionLimits& limits, AnswerMemory& answers, Turns& turns, ConnectionPermit permit,
                 broker::Client client)
    : shard_(shard),
      limits_(limits),
      answers_(answers),
      turns_(turns),
      permit_(std::move(permit)),
      client_(std::move(client)),
      call_(shard, *this, arena_, client_),
      retry_(shard.loop, [this] { retry(); }) {}

Session::~Session() {
  turns_.forget(*this);
  limits_.release_memory(partial_.room() + backlog_.memory_bytes() + held_bytes_);
  answers_.change(answer_bytes_, 0);
}

void Session::on_open(base::Stream& stream) {
  stream_ = &stream;
  active_at_ns_ = shard_.loop.turn_mono_ns();
}

sdk::MutableBytes Session::receive_into(sdk::MutableBytes shared) {
  if (partial_.size() >= kLengthBytes) {
    const sdk::MutableBytes rest = partial_.rest();
    return {rest.data, std::min(rest.size, std::clamp(proven_bytes_, kReceivedBytes, kMostReceivedBytes))};
  }
  // What comes is kept, memory or not; so not much may come where there is none. Nor where most of it only waited the last time.
  if (limits_.memory_is_used_up()) return {shared.data, std::min(shared.size, kHungryBytes)};
  return had_backlog_ ? sdk::MutableBytes{shared.data, std::min(shared.size, kMostReceivedBytes)} : shared;
}

void Session::on_received(sdk::Bytes octets) {
  active_at_ns_ = shard_.loop.turn_mono_ns();
  if (closing_) return;
  if (partial_.size() >= kLengthBytes) {
    partial_.came(octets.size);
    const std::size_t announced = announced_bytes();
    if (partial_.size() < announced) return make_room();
    // The frame is served from its own memory, which is given back afterwards.
    const PartialFrame whole = take_partial();
    consume({whole.data(), announced});
    return;
  }
  // The shared buffer is ours until this function returns, and handlers may write into it.
  had_backlog_ = false;
  if (partial_.size() == 0) {
    consume({const_cast<std::uint8_t*>(octets.data), octets.size});
    return;
  }
  // Less than a length word had come before.
  PartialFrame joined = take_partial();
  joined.append(octets);
  const std::int64_t began_ns = partial_at_ns_;
  consume({joined.data(), joined.size()});
  if (partial_.size() == joined.size()) partial_at_ns_ = began_ns;  // it is the same frame still
}

std::size_t Session::announced_bytes() const { return kLengthBytes + static_cast<std::size_t>(read_length(partial_.data())); }

PartialFrame Session::take_partial() {
  limits_.release_memory(partial_.room());
  return std::exchange(partial_, {});
}

void Session::consume(sdk::MutableBytes octets) {
  consuming_ = true;
  served_ = 0;
  costs_.begin(now_ns());
  const Left left = serve_some(octets);
  consuming_ = false;
  // Of several the last one is what took long: no other follows behind kServingNs.
  if (served_ != 0 && step_ == nullptr) costs_.end(now_ns());
  if (left == Left::kNothing) drop_backlog();
  flush_output();
  // Nobody else calls for what could go on now.
  if (left != Left::kRequests || closing_ || stream_ == nullptr || is_busy()) return;
  if (costs_.are_high()) return turns_.wait_to_begin(*this);
  turns_.wait_for_more(*this);
}

// What is not served is kept.
Session::Left Session::serve_some(sdk::MutableBytes octets) {
  while (octets.size != 0 && !closing_) {
    if (is_busy() || has_served_enough()) {
      keep_backlog(octets);
      return Left::kRequests;
    }
    if (octets.size < kLengthBytes) {
      keep_partial(octets);
      return Left::kNothing;
    }
    const std::int32_t length = read_length(octets.data);
    if (length < 0 || static_cast<std::uint32_t>(length) > limits_.settings().frame_bytes) {
      refuse_length(length);
      return Left::kNothing;
    }
    const std::size_t whole = kLengthBytes + static_cast<std::size_t>(length);
    if (octets.size < whole) {
      keep_partial(octets);
      return Left::kNothing;
    }
    if (queue_for_turn()) {
      keep_backlog(octets);
      return Left::kWaiting;
    }
    proven_bytes_ = std::max(proven_bytes_, std::min(whole, kMostProvenBytes));
    serve({octets.data + kLengthBytes, whole - kLengthBytes});
    octets = {octets.data + whole, octets.size - whole};
  }
  return Left::kNothing;
}

void Session::refuse_length(std::int32_t length) {
  refuse("a frame announces " + std::to_string(length) + " octets; between 0 and " + std::to_string(limits_.settings().frame_bytes) +
         " are allowed (socket.request.max.bytes)");
}

std::int64_t Session::now_ns() const { return shard_.loop.clock().mono_ns(); }

bool Session::is_busy() const { return in_call_ || output_.size() + stream_->unsent_bytes() > allowed_unsent(); }

// Of what came in one receive there may be fifty thousand requests.
bool Session::has_served_enough() const { return served_ != 0 && (served_ >= kRequestsPerTurn || costs_.spent_ns(now_ns()) >= kServingNs); }

// True: it waits among those that take long, and on_turn() goes on.
bool Session::queue_for_turn() {
  if (served_ != 0 || !costs_.are_high()) return false;
  if (std::exchange(has_turn_, false)) return false;
  return !turns_.begins_or_waits(*this);
}

void Session::on_turn() {
  if (step_ != nullptr) {
    costs_.begin(now_ns());
    std::exchange(step_, nullptr)();
    if (in_call_) count_arena();
    // What it waits for now, such as the device, is nobody's time.
    if (step_ == nullptr && costs_.pieces() != 0) costs_.end(now_ns());
    return;
  }
  if (in_call_ || closing_ || stream_ == nullptr || backlog_.empty()) return;
  has_turn_ = true;
  consume(backlog_.rest());
  has_turn_ = false;
}

void Session::serve(sdk::MutableBytes frame) {
  ++served_;
  in_call_ = true;
  call_.on_abandoned = nullptr;
  call_.may_take_long = costs_.are_high();
  broker::dispatch(call_, frame);
  if (!in_call_) return;
  call_.outlive_request();
  count_arena();
}

void Session::count_arena() {
  const std::uint64_t more = arena_.reserved_bytes() - std::exchange(arena_bytes_, arena_.reserved_bytes());
  held_bytes_ += more;
  limits_.charge_memory(more);
}

// What was read of the request waits with it, and is counted when its handler has returned.
bool Session::hold_waiting(broker::Call&, std::uint64_t bytes) {
  const std::uint64_t all = bytes + arena_.reserved_bytes();
  if (all > kSmallHoldBytes && limits_.memory_bytes() + all > limits_.settings().request_memory_bytes / 2) return false;
  limits_.charge_memory(bytes);
  held_bytes_ += bytes;
  return true;
}

bool Session::hold(broker::Call&, std::uint64_t bytes) {
  if (bytes <= kSmallHoldBytes) {
    limits_.charge_memory(bytes);
  } else if (!limits_.try_charge_memory(bytes)) {
    return false;
  }
  held_bytes_ += bytes;
  return true;
}

void Session::give_back(broker::Call&, std::uint64_t bytes) {
  held_bytes_ -= bytes;
  limits_.release_memory(bytes);
}

void Session::later(broker::Call&, std::function<void()> step) {
  step_ = std::move(step);
  costs_.pause(now_ns());
  const bool has_begun = costs_.pieces() > 1 || call_.may_take_long;  // who may take long waited for that
  if (has_begun) return turns_.go_on(*this);
  turns_.wait_to_begin(*this);
}

void Session::keep_backlog(sdk::Bytes octets) {
  if (!backlog_.empty()) return backlog_.served_up_to(octets);
  backlog_.begin(octets, shard_.loop.turn_mono_ns());
  had_backlog_ = true;
  limits_.charge_memory(backlog_.memory_bytes());
}

void Session::drop_backlog() {
  limits_.release_memory(backlog_.memory_bytes());
  backlog_.drop();
}

void Session::keep_partial(sdk::Bytes octets) {
  const std::size_t room = std::max(octets.size, kLengthBytes);
  limits_.charge_memory(room);
  partial_.grow(room);
  partial_.append(octets);
  partial_at_ns_ = shard_.loop.turn_mono_ns();
  make_room();
}

// Room for what was announced, but at most twice what has come or the longest frame that this peer has proved to send, so that an
// announcement alone costs nothing. Where memory is used up the connection is not read from until there is some again; the deadline of the
// request goes on, so that those who hold memory and never finish lose it.
void Session::make_room() {
  if (closing_ || stream_ == nullptr || partial_.size() < kLengthBytes || partial_.size() < partial_.room()) return;
  const std::size_t announced = announced_bytes();
  const std::size_t wanted = std::min(announced, std::max({kFirstPartialBytes, 2 * partial_.size(), proven_bytes_}));
  const bool had_starved = starved_;
  if (announced <= kHungryBytes) {
    limits_.charge_memory(wanted - partial_.room());
    starved_ = false;
  } else {
    starved_ = !limits_.try_charge_memory(wanted - partial_.room());
  }
  if (starved_) {
    stream_->pause();
    ask_for_relief();
    return retry_.start(kRetryNs);
  }
  partial_.grow(wanted);
  if (!had_starved) return;
  active_at_ns_ = shard_.loop.turn_mono_ns();  // what it did not send meanwhile is not its fault
  flush_output();
}

void Session::retry() {
  if (starved_) return make_room();
  if (!in_call_ && !closing_) continue_after_answer();
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
  if (costs_.pieces() != 0) costs_.end(now_ns());
  // Whoever still holds the link must not take the next call for this one.
  if (link_ != nullptr) *std::exchange(link_, nullptr) = nullptr;
  call_.drop_body();
  limits_.release_memory(std::exchange(held_bytes_, 0));
  arena_bytes_ = 0;
  arena_.reset();
  if (!consuming_) continue_after_answer();
}

void Session::continue_after_answer() {
  flush_output();
  if (closing_ || stream_ == nullptr) return;
  if (backlog_.empty()) return move_if_better();  // flush_output() has resumed the stream
  consume(backlog_.rest());
}

void Session::move_if_better() {
  if (call_.better_loop == nullptr || call_.stays || in_call_ || partial_.size() != 0 || stream_->unsent_bytes() != 0) return;
  move_to(shard_.broker.shard(call_.better_loop->index()), *std::exchange(stream_, nullptr), std::move(permit_), client_);
}

void Session::flush_output() {
  if (stream_ == nullptr) return;
  if (!output_.empty()) stream_->send(std::move(output_));
  count_answers();
  if (closing_) return;
  // Nothing more is read while a request waits for its answer, or the peer for its own sake does not take the last ones.
  if (in_call_ || starved_ || !backlog_.empty() || stream_->unsent_bytes() > allowed_unsent()) {
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
  output_ = {};
  count_answers();
  if (link_ != nullptr) *link_ = nullptr;
  step_ = nullptr;
  if (in_call_ && call_.on_abandoned) std::exchange(call_.on_abandoned, nullptr)();
}

}  // namespace barnabas::node
