// The client for a command: a call waits for its answer. The loop runs on a thread of its own; everything here on the command's.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "kernel/base/task.h"
#include "kernel/client/client.h"
#include "kernel/io/real_env.h"

namespace barnabas::tools {

// "host:port,host:port": what --bootstrap-server takes. A sentence that says what is wrong otherwise.
Result<std::vector<base::Address>> parse_bootstrap(std::string_view text);

class BlockingClient {
 public:
  // Of SIGINT and SIGTERM, on the client's thread; without one they end the program.
  using OnSignal = std::function<void(int signal)>;

  static Result<std::unique_ptr<BlockingClient>> make(const std::string& bootstrap, const std::string& client_id,
                                                      std::int64_t request_timeout_ms = 30'000, OnSignal on_signal = nullptr);
  ~BlockingClient();

  template <class Response, class Request>
  Result<client::Reply<Response>> call(client::Target target, const Request& request, std::int16_t max_version = INT16_MAX) {
    std::promise<Result<client::Reply<Response>>> answer;
    auto future = answer.get_future();
    base::post(loop(), [&] {
      client_->call<Response>(
          target, request, [&](Result<client::Reply<Response>> reply) { answer.set_value(std::move(reply)); }, max_version);
    });
    return future.get();
  }
  template <class Request>
  Status send(client::Target target, const Request& request, std::int16_t max_version = INT16_MAX) {
    std::promise<Status> sent;
    auto future = sent.get_future();
    base::post(loop(), [&] {
      client_->send(
          target, request, [&](Status status) { sent.set_value(std::move(status)); }, max_version);
    });
    return future.get();
  }
  // The loop's timer, so that a command waits without a clock of its own.
  void pause(std::int64_t delay_ms);
  void know_broker(std::int32_t node_id, base::Address address);

  base::Loop& loop() { return env_->loop(0); }
  base::Env& env() { return *env_; }

 private:
  BlockingClient() = default;

  std::unique_ptr<io::RealEnv> env_;
  std::unique_ptr<client::Client> client_;
  std::thread thread_;
};

}  // namespace barnabas::tools
