#include "kernel/peer/connection.h"

#include <fmt/format.h>

#include <cstring>

#include "kernel/base/task.h"

namespace barnabas::peer {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::int32_t kCorrelationIdBytes = 4;

std::int32_t read_int32(const std::uint8_t* at) {
  return static_cast<std::int32_t>(std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3]);
}

// What a frame of an impossible length tells about who sent it.
std::string foreign_frame(const base::Address& from, const std::uint8_t* octets, std::int32_t length) {
  const std::string who = base::to_string(from);
  const std::string_view beginning(reinterpret_cast<const char*>(octets), kLengthBytes);
  if (beginning == "HTTP") return who + " speaks HTTP, not Kafka's protocol";
  if (octets[1] == 3 && (octets[0] == 0x15 || octets[0] == 0x16)) return who + " speaks TLS, and this connection does not";
  return fmt::format("{} does not speak Kafka's protocol: it answered with a frame of {} octets", who, length);
}

}  // namespace

// Lives as long as the stream; the Connection may go before it.
class Connection::Handler final : public base::StreamHandler {
 public:
  explicit Handler(Connection& owner) : owner_(&owner), deadline_(owner.loop_, [this] { expire(); }) {
    deadline_.start(owner.settings_.connect_timeout_ns);
  }

  void send(std::vector<std::uint8_t> frame) {
    base::Output output;
    output.add(std::move(frame));
    if (stream_ != nullptr) return stream_->send(std::move(output));
    waiting_.append(std::move(output));
  }
  void expect(std::int32_t correlation_id, OnResponse on_response) {
    expected_.push_back({correlation_id, std::move(on_response)});
    watch();
  }
  void tell_when_sent(OnSent on_sent) {
    if (stream_ != nullptr && stream_->unsent_bytes() == 0) return on_sent({});
    sent_.push_back(std::move(on_sent));
    watch();
  }
  bool is_open() const { return stream_ != nullptr; }

  // The owner goes: nobody is told any more.
  void orphan() {
    owner_ = nullptr;
    expected_.clear();
    sent_.clear();
    deadline_.cancel();
    if (stream_ != nullptr) stream_->close();
  }

  void on_open(base::Stream& stream) override {
    if (owner_ == nullptr) return stream.close();
    stream_ = &stream;
    deadline_.cancel();
    watch();
    if (!waiting_.empty()) stream.send(std::move(waiting_));
    if (stream.unsent_bytes() == 0) on_drained();
  }

  void on_received(sdk::Bytes octets) override {
    received_.insert(received_.end(), octets.begin(), octets.end());
    std::size_t at = 0;
    while (owner_ != nullptr && received_.size() - at >= kLengthBytes) {
      const std::uint8_t* frame = received_.data() + at;
      const std::int32_t length = read_int32(frame);
      if (length < kCorrelationIdBytes || static_cast<std::uint32_t>(length) > owner_->settings_.max_response_bytes)
        return give_up(foreign_frame(owner_->to_, frame, length));
      const std::size_t size = kLengthBytes + static_cast<std::size_t>(length);
      if (received_.size() - at < size) break;
      take_response(sdk::Bytes(frame, size).slice(kLengthBytes));
      at += size;
    }
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void on_drained() override {
    const std::vector<OnSent> sent = std::exchange(sent_, {});
    // Nothing is awaited of the peer any more; what a callback sends starts the time anew.
    if (expected_.empty()) deadline_.cancel();
    for (const OnSent& on_sent : sent) on_sent({});
  }

  void on_closed(const Status& reason) override {
    const std::string where = owner_ == nullptr ? std::string() : base::to_string(owner_->to_);
    fail_all(reason.ok() ? where + " closed the connection" : std::string(message_of(reason)));
  }

 private:
  struct Expected {
    std::int32_t correlation_id;
    OnResponse on_response;
  };

  // The time runs while something is awaited of the peer.
  void watch() {
    if (stream_ != nullptr && !deadline_.armed() && !(expected_.empty() && sent_.empty()))
      deadline_.start(owner_->settings_.request_timeout_ns);
  }

  void take_response(sdk::Bytes frame) {
    const std::int32_t correlation_id = read_int32(frame.data);
    if (expected_.empty() || expected_.front().correlation_id != correlation_id)
      return give_up(fmt::format("{} answered request {}, which was not asked", base::to_string(owner_->to_), correlation_id));
    OnResponse on_response = std::move(expected_.front().on_response);
    expected_.pop_front();
    deadline_.cancel();
    watch();
    on_response(frame);
  }

  void expire() {
    const std::int64_t waited_ns = stream_ == nullptr ? owner_->settings_.connect_timeout_ns : owner_->settings_.request_timeout_ns;
    give_up(fmt::format("{} did not {} within {} ms", base::to_string(owner_->to_), stream_ == nullptr ? "accept a connection" : "answer",
                        waited_ns / 1'000'000));
  }

  // The peer is not worth waiting for. Still connecting: the stream is closed when it comes.
  void give_up(const std::string& why) {
    base::Stream* stream = stream_;
    fail_all(why);
    if (stream != nullptr) stream->close();
  }

  // From here on the owner connects anew. Callers may end the owner in their callbacks.
  void fail_all(const std::string& why) {
    const Code code = stream_ == nullptr ? Code::kUnavailable : Code::kUnknown;
    stream_ = nullptr;
    deadline_.cancel();
    if (Connection* owner = std::exchange(owner_, nullptr); owner != nullptr) owner->handler_ = nullptr;
    for (const Expected& one : std::exchange(expected_, {})) one.on_response(Status::error(code, why));
    for (const OnSent& on_sent : std::exchange(sent_, {})) on_sent(Status::error(code, why));
  }

  Connection* owner_;
  base::Stream* stream_ = nullptr;
  base::Timer deadline_;
  base::Output waiting_;
  std::deque<Expected> expected_;
  std::vector<OnSent> sent_;
  std::vector<std::uint8_t> received_;
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

void Connection::send_without_answer(std::vector<std::uint8_t> frame, OnSent on_sent) {
  if (handler_ == nullptr) connect();
  handler_->send(std::move(frame));
  handler_->tell_when_sent(std::move(on_sent));
}

}  // namespace barnabas::peer
