#include "sim/sim_stream.h"

#include "sim/sim_env.h"
#include "sim/sim_loop.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace barnabas::sim {

namespace {
constexpr std::int64_t kFlushLimitNs = 10'000'000'000;
}

SimStream::SimStream(SimLoop& loop, std::shared_ptr<SimLink> link, std::size_t end, std::unique_ptr<base::StreamHandler> handler,
                     const base::Address& peer)
    : loop_(loop), link_(std::move(link)), end_(end), handler_(std::move(handler)), peer_(peer), flush_limit_(loop, [this] {
        shut(Status::unavailable(to_string(peer_) + " did not read the last " + std::to_string(unsent_.size()) + " bytes it was sent"),
             Farewell::kReset);
      }) {
  link_->attach(end_, *this);
}

SimStream::~SimStream() { link_->detach(end_, *this); }

void SimStream::send(base::Output&& output) {
  if (state_ != State::kOpen) {
    const base::Output dropped = std::move(output);
    return;
  }
  unsent_.append(std::move(output));
  if (!blocked_) send_some();
}

void SimStream::resume() {
  if (!paused_) return;
  paused_ = false;
  if (state_ == State::kOpen && (taken_ < received_.size() || input_ended_)) post_self();
}

void SimStream::close(bool flush) {
  if (closed()) return;
  if (!flush) return shut({}, taken_ < received_.size() ? Farewell::kReset : Farewell::kEnd);
  if (state_ != State::kOpen) return;
  state_ = State::kFlushing;
  link_->give_room(end_, received_.size() - taken_);
  if (unsent_.empty()) return finish_flush();
  flush_limit_.start(kFlushLimitNs);
}

void SimStream::move_to(base::Loop& loop, base::AcceptHandler accept) {
  assert(unsent_.empty());
  if (state_ != State::kOpen) return;
  auto& to = static_cast<SimLoop&>(loop);
  loop_.world().run_on(to, [&] {
    auto handler = accept(to, peer_);
    if (handler == nullptr) return shut({}, Farewell::kEnd);
    state_ = State::kMoved;
    SimStream& moved = to.adopt(std::make_unique<SimStream>(to, link_, end_, std::move(handler), peer_));
    moved.in_flight_ = in_flight_;
    moved.received_.assign(received_.begin() + static_cast<std::ptrdiff_t>(taken_), received_.end());
    moved.input_ended_ = input_ended_;
    moved.open();
    if (!moved.received_.empty() || input_ended_) moved.post_self();
  });
  if (state_ == State::kMoved) post_self();
}

void SimStream::on_octets(std::vector<std::uint8_t> octets) {
  if (state_ != State::kOpen) return link_->give_room(end_, octets.size());
  received_.insert(received_.end(), octets.begin(), octets.end());
  if (!paused_ && posted_ == 0) receive();
}

void SimStream::on_end(bool reset) {
  if (reset)
    return shut(Status::unavailable("lost the connection with " + to_string(peer_) + ": Connection reset by peer"), Farewell::kNone);
  input_ended_ = true;
  if (state_ == State::kOpen && !paused_ && posted_ == 0) receive();
}

void SimStream::on_room(std::uint64_t count) {
  in_flight_ -= count;
  if (!closed() && blocked_) send_some();
}

void SimStream::die() {
  if (!closed()) link_->send_reset(end_);
}

void SimStream::run() noexcept {
  --posted_;
  if (state_ == State::kOpen) {
    if (!paused_) receive();
  } else if (closed() && posted_ == 0) {
    if (state_ == State::kClosed) handler_->on_closed(reason_);
    loop_.destroy(*this);
  }
}

void SimStream::post_self() {
  ++posted_;
  loop_.post(*this);
}

void SimStream::send_some() {
  const std::uint64_t window = loop_.world().rules().window_bytes;
  while (!unsent_.empty() && in_flight_ < window) {
    Status reason;
    std::vector<std::uint8_t> octets = take_octets(window - in_flight_, reason);
    if (!reason.ok()) return shut(std::move(reason), Farewell::kEnd);
    in_flight_ += octets.size();
    unsent_.consume(octets.size());
    link_->send_octets(end_, std::move(octets));
  }
  const bool waited = std::exchange(blocked_, !unsent_.empty());
  if (blocked_) return;
  if (state_ == State::kFlushing) return finish_flush();
  if (waited) handler_->on_drained();
}

// From the first piece that is not yet sent, or of its first region.
std::vector<std::uint8_t> SimStream::take_octets(std::uint64_t most, Status& reason) {
  const base::Output::Piece& piece = unsent_.pieces().front();
  const auto copy = [most](sdk::Bytes from) {
    return std::vector<std::uint8_t>(from.data, from.data + std::min<std::uint64_t>(most, from.size));
  };
  if (!piece.is_lease) return copy(sdk::Bytes(piece.owned).slice(piece.begin));
  const sdk::Region& region = piece.lease.regions[piece.region];
  if (region.file == nullptr) return copy(region.memory.slice(piece.begin, region.size - piece.begin));
  std::vector<std::uint8_t> octets(std::min(most, region.size - piece.begin));
  std::size_t count = 0;
  reason = region.file->read_at(region.position + piece.begin, {octets.data(), octets.size()}, count);
  if (reason.ok() && count < octets.size())
    reason = Status::io("a stored file ends before octet " + std::to_string(region.position + region.size));
  return octets;
}

void SimStream::receive() {
  if (taken_ == received_.size()) {
    if (input_ended_) close(true);
    return;
  }
  const sdk::MutableBytes into = handler_->receive_into(loop_.receive_buffer());
  const std::size_t count = std::min(into.size, received_.size() - taken_);
  std::memcpy(into.data, received_.data() + taken_, count);
  taken_ += count;
  if (taken_ == received_.size()) {
    received_.clear();
    taken_ = 0;
  }
  link_->give_room(end_, count);
  handler_->on_received({into.data, count});
  if (state_ == State::kOpen && !paused_ && posted_ == 0 && (taken_ < received_.size() || input_ended_)) post_self();
}

void SimStream::finish_flush() { shut({}, Farewell::kEnd); }

void SimStream::shut(Status reason, Farewell farewell) {
  if (closed()) return;
  state_ = State::kClosed;
  reason_ = std::move(reason);
  flush_limit_.cancel();
  const base::Output dropped = std::move(unsent_);
  if (farewell == Farewell::kEnd) link_->send_end(end_);
  if (farewell == Farewell::kReset) link_->send_reset(end_);
  post_self();
}

}  // namespace barnabas::sim
