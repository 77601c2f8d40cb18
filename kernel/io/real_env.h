// The Env of the real machine: event loops on threads, sockets, files, clocks. The program makes one and hands it down.
//
//   auto env = io::make_env({.loops = 2});
//   (*env)->on_stop_signal([&](int) { broker.stop([&] { (*env)->stop(); }); });
//   … listen, open, …
//   (*env)->run();  // loop 0 runs here, the others on threads of their own
//
// Listeners, streams and tasks end before the Env does. Before run() and after it the Env is used from one thread.
#pragma once

#include "kernel/base/env.h"

#include <functional>
#include <memory>

namespace barnabas::io {

struct EnvOptions {
  std::size_t loops = 1;
  std::size_t workers = 4;               // the most threads for work that may block, started when there is some
  std::int64_t flush_limit_ms = 10'000;  // how long a closing connection waits for a peer that does not read
  std::int64_t linger_limit_ms = 2'000;  // and then for the peer's own end
  // Work that does not end would keep the process for ever, and no thread can be ended by another. So long it is waited for at the end;
  // then this is called, which does not return. Null: it is waited for.
  std::int64_t work_limit_ms = 10'000;
  std::function<void()> on_endless_work = nullptr;
  sdk::LogLevel log_level = sdk::LogLevel::kInfo;
  int log_descriptor = 2;
};

class RealEnv : public base::Env {
 public:
  // Until stop(). Then connections that are still open are closed, offloaded work is finished, and what was posted runs once more. Call it
  // once.
  virtual void run() = 0;
  virtual void stop() noexcept = 0;  // any thread, or a signal handler

  // SIGTERM, SIGINT and SIGHUP no longer end the program: `call` gets them on loop 0. Before run().
  [[nodiscard]] virtual Status on_stop_signal(std::function<void(int signal)> call) = 0;
};

// Also makes the process fit for serving: SIGPIPE is ignored, and the soft limit of open files is raised to the hard one.
Result<std::unique_ptr<RealEnv>> make_env(const EnvOptions& options);

}  // namespace barnabas::io
