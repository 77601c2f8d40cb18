#include "offset_store/redis/connection.h"

#include "offset_store/quiet_socket.h"

#include <sys/time.h>

#include <cerrno>

namespace barnabas::offsets_redis {
namespace {

timeval span(std::int64_t ms) {
  constexpr std::int64_t kSecond = 1000;
  return {ms / kSecond, ms % kSecond * 1000};
}

}  // namespace

sdk::Status Connection::open() {
  close();
  sdk::Status status = connect();
  if (status) status = greet();
  if (!status) close();
  return status;
}

sdk::Status Connection::connect() {
  const timeval patience = span(address_.connect_ms);
  context_ = address_.socket.empty() ? redisConnectWithTimeout(address_.host.c_str(), address_.port, patience)
                                     : redisConnectUnixWithTimeout(address_.socket.c_str(), patience);
  if (context_ == nullptr) return sdk::Status::unavailable("no memory for a connection to Redis");
  if (context_->err != 0) {
    note_loss();
    return failure(nullptr);
  }
  redisSetTimeout(context_, span(address_.answer_ms));
  const std::lock_guard guard(lock_);
  if (interrupted_) return sdk::Status::unavailable("the store is being stopped");
  socket_ = context_->fd;
  return {};
}

sdk::Status Connection::greet() {
  if (!address_.password.empty()) {
    Arguments auth{"AUTH"};
    if (!address_.user.empty()) auth.push_back(address_.user);
    auth.push_back(address_.password);
    if (const Reply reply = ask(auth); is_error(reply)) return failure(reply);
  }
  if (address_.database != 0)
    if (const Reply reply = ask({"SELECT", std::to_string(address_.database)}); is_error(reply)) return failure(reply);
  return {};
}

void Connection::close() {
  {
    const std::lock_guard guard(lock_);
    socket_ = -1;
  }
  if (context_ != nullptr) redisFree(context_);
  context_ = nullptr;
}

bool Connection::is_open() const { return context_ != nullptr && offset_store::is_quiet(context_->fd); }

void Connection::interrupt() noexcept {
  const std::lock_guard guard(lock_);
  interrupted_ = true;
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

void Connection::note_loss() {
  // What a socket says of a deadline that is over would not be understood.
  const bool is_late = context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);
  loss_ = is_late ? "it did not answer within " + std::to_string(address_.answer_ms) + " ms (answer_timeout)" : context_->errstr;
  close();
}

std::vector<Reply> Connection::run(const std::vector<Arguments>& commands) {
  std::vector<Reply> replies(commands.size());
  if (context_ == nullptr) return replies;
  for (const Arguments& command : commands) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (std::string_view argument : command) {
      texts.push_back(argument.data());
      sizes.push_back(argument.size());
    }
    if (redisAppendCommandArgv(context_, static_cast<int>(texts.size()), texts.data(), sizes.data()) != REDIS_OK) {
      note_loss();
      return replies;
    }
  }
  for (Reply& reply : replies) {
    void* got = nullptr;
    if (redisGetReply(context_, &got) != REDIS_OK) {
      note_loss();
      return replies;
    }
    reply.reset(static_cast<redisReply*>(got));
  }
  return replies;
}

sdk::Status Connection::failure(const Reply& reply) const {
  const std::string from = "Redis at " + address_.server() + ": ";
  if (reply == nullptr) return sdk::Status::unavailable(from + loss_);
  if (reply->type != REDIS_REPLY_ERROR) return sdk::Status::unavailable(from + "an answer that makes no sense");
  const std::string message = from + std::string(text(*reply));
  const auto begins = [&](std::string_view word) { return text(*reply).starts_with(word); };
  if (begins("WRONGPASS") || begins("NOAUTH") || text(*reply).find("AUTH") != std::string_view::npos)
    return sdk::Status::unsupported(message + "; look at user and password of the offset store, and at the server's requirepass or ACL");
  if (begins("NOPERM") || text(*reply).find("The user executing the script") != std::string_view::npos)
    return sdk::Status::unsupported(message + "; the offset store needs: ACL SETUSER " +
                                    (address_.user.empty() ? std::string("default") : address_.user) +
                                    " +@read +@write +@scripting +@connection +info +config|get and the keys of its prefix");
  if (begins("ERR DB index") || begins("ERR invalid DB")) return sdk::Status::unsupported(message + "; see the server's `databases`");
  return sdk::Status::unavailable(message);
}

}  // namespace barnabas::offsets_redis
