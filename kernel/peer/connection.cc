#include "kernel/peer/connection.h"

#include <fmt/format.h>

#include <cstring>

#include "kernel/base/task.h"

namespace barnabas::peer {
namespace {

constexpr std::size_t kLengthBytes = 4;

std::int32_t read_int32(const std::uint8_t* at) {
  return static_cast<std::int32_t>(std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3]);
}

}  // namespace

// Lives as long as the stream; the Connection may go before it.
class Connection::Handler final : public base::StreamHandler {
 public:
  Handler(Connection& owner) : owner_(&owner), deadline_(owner.loop_, [this] { expire(); }) {
    deadline_.start(owner.settings_.connect_timeout_ns);
  }

  void send(std::vector<std::uint8_t> frame) {
    base::Output output;
    output.add(std::move(frame));
    if (stream_ != nullptr) return stream_->send(std::move(output));
    waiting_.append(std::move(output));
  }
  void expect(std::int32_t correlation_id, OnResponse on_response) {
    const bool first = expected_.empty();
    expected_.push_back({correlation_id, std::move(on_response)});
    if (first && stream_ != nullptr) deadline_.start(owner_->settings_.request_timeout_ns);
  }
  bool is_open() const { return stream_ != nullptr; }

  // The owner goes: nobody is told any more.
  void orphan() {
    owner_ = nullptr;
    expected_.clear();
    deadline_.cancel();
    if (stream_ != nullptr) stream_->close();
  }

  void on_open(base::Stream& stream) override {
    stream_ = &stream;
    if (owner_ == nullptr) return stream.close();
    deadline_.cancel();
    if (!expected_.empty()) deadline_.start(owner_->settings_.request_timeout_ns);
    if (!waiting_.empty()) stream.send(std::move(waiting_));
  }

  void on_received(sdk::Bytes octets) override {
    received_.insert(received_.end(), octets.begin(), octets.end());
    std::size_t at = 0;
    while (owner_ != nullptr && received_.size() - at >= kLengthBytes) {
      const std::int32_t length = read_int32(received_.data() + at);
      if (length < 4 || static_cast<std::uint32_t>(length) > owner_->settings_.max_response_bytes)
        return give_up(fmt::format("{} answered with a frame of {} octets: it does not speak Kafka's protocol, or it wants TLS",
                                   base::to_string(owner_->to_), length));
      if (received_.size() - at < kLengthBytes + static_cast<std::size_t>(length)) break;
      at += kLengthBytes;
      if (!take_response({received_.data() + at, static_cast<std::size_t>(length)})) return;
      at += static_cast<std::size_t>(length);
    }
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void on_closed(const Status& reason) override {
    const bool was_open = stream_ != nullptr;
    stream_ = nullptr;
    deadline_.cancel();
    const std::string detail = !failure_.empty() ? failure_ : reason.ok() ? "the connection was closed" : std::string(message_of(reason));
    Connection* owner = std::exchange(owner_, nullptr);
    if (owner != nullptr) owner->handler_ = nullptr;
    std::deque<Expected> expected = std::move(expected_);
    for (Expected& one : expected) {
      const std::string message = owner == nullptr ? detail : base::to_string(owner->to_) + ": " + detail;
      one.on_response(was_open ? Status::error(Code::kUnknown, message) : Status::unavailable(message));
    }
  }

 private:
  struct Expected {
    std::int32_t correlation_id;
    OnResponse on_response;
  };

  bool take_response(sdk::Bytes frame) {
    const std::int32_t correlation_id = read_int32(frame.data);
    if (expected_.empty() || expected_.front().correlation_id != correlation_id) {
      give_up(fmt::format("{} answered a request {} that was not asked", base::to_string(owner_->to_), correlation_id));
      return false;
    }
    OnResponse on_response = std::move(expected_.front().on_response);
    expected_.pop_front();
    deadline_.cancel();
    if (!expected_.empty()) deadline_.start(owner_->settings_.request_timeout_ns);
    on_response(frame.slice(4));
    return owner_ != nullptr;
  }

  void expire() { give_up(stream_ == nullptr ? "no connection in time" : "no answer in time"); }

  void give_up(std::string why) {
    failure_ = std::move(why);
    if (stream_ != nullptr) return stream_->close();
    // Still connecting: the owner is told now, the stream when it comes.
    const Status none;
    on_closed(none);
  }

  Connection* owner_;
  base::Stream* stream_ = nullptr;
  base::Timer deadline_;
  base::Output waiting_;
  std::deque<Expected> expected_;
  std::vector<std::uint8_t> received_;
  std::string failure_;
};

Connection::Connection(base::Loop& loop, base::Address to, Settings settings) : loop_(loop), to_(std::move(to)), settings_(settings) {}

Connection::~Connection() {
  if (handler_ != nullptr) handler_->orphan();
}

bool Connection::is_open() const { return handler_ != nullptr && handler_->is_open(); }

void Connection::connect() {
  auto handler = std::make_unique<Handler>(*this);
  handler_ = handler.get();
  loop_.connect(to_, std::move(handler));
}

void Connection::send(std::vector<std::uint8_t> frame, std::int32_t correlation_id, OnResponse on_response) {
  if (handler_ == nullptr) connect();
  handler_->expect(correlation_id, std::move(on_response));
  handler_->send(std::move(frame));
}

void Connection::send_without_answer(std::vector<std::uint8_t> frame) {
  if (handler_ == nullptr) connect();
  handler_->send(std::move(frame));
}

}  // namespace barnabas::peer
