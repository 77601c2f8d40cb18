// One connection to a Redis server: commands that are sent together, and their replies in order. One thread at a time, but for interrupt().
#pragma once

#include <barnabas/sdk/status.h>

#include <hiredis/hiredis.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::offsets_redis {

struct Address {
  std::string host;
  int port = 0;
  std::string socket;  // a path; instead of host and port
  std::string user;
  std::string password;
  std::int32_t database = 0;
  std::int64_t connect_ms = 0;
  std::int64_t answer_ms = 0;

  std::string server() const { return socket.empty() ? host + ":" + std::to_string(port) : socket; }
};

using Arguments = std::vector<std::string_view>;

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
// Null: the connection failed before it came.
using Reply = std::unique_ptr<redisReply, FreeReply>;

inline std::string_view text(const redisReply& reply) { return {reply.str, reply.len}; }
inline bool is_error(const Reply& reply) { return reply == nullptr || reply->type == REDIS_REPLY_ERROR; }

class Connection {
 public:
  explicit Connection(Address address) : address_(std::move(address)) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(); }

  const Address& address() const { return address_; }
  // Connects, and authenticates. kUnsupported: an operator has to mend something.
  sdk::Status open();
  void close();
  bool is_open() const;

  // Sends all, then reads all. A connection that fails is closed.
  std::vector<Reply> run(const std::vector<Arguments>& commands);
  Reply ask(const Arguments& command) { return std::move(run(std::vector<Arguments>{command}).front()); }

  // What an error reply means, or the end of the connection: kUnsupported for an operator, kUnavailable otherwise.
  sdk::Status failure(const Reply& reply) const;

  void interrupt() noexcept;  // [any thread] what is under way fails, and so does every open()

 private:
  sdk::Status connect();
  sdk::Status greet();
  void note_loss();

  const Address address_;
  redisContext* context_ = nullptr;
  std::string loss_;  // why there is no connection

  std::mutex lock_;  // of the rest
  int socket_ = -1;
  bool interrupted_ = false;
};

}  // namespace barnabas::offsets_redis
