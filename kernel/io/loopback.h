// A real Env, with one loop unless more are asked for, and connections on loopback that behave as closures say. For tests. [loop thread]
#pragma once

#include "kernel/base/task.h"
#include "kernel/io/real_env.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace barnabas::io {

using base::Address;
using base::Output;
using base::Stream;

inline std::vector<std::uint8_t> pattern(std::size_t size) {
  std::vector<std::uint8_t> octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  return octets;
}

inline Output output_of(std::vector<std::uint8_t> octets) {
  Output output;
  output.add(std::move(octets));
  return output;
}

// A handler made of closures.
struct Script : base::StreamHandler {
  std::function<void(Stream&)> opened = [](Stream&) {};
  std::function<void(Stream&, sdk::Bytes)> received = [](Stream&, sdk::Bytes) {};
  std::function<void(Stream&)> drained = [](Stream&) {};
  std::function<void(const Status&)> closed = [](const Status&) {};
  Stream* stream = nullptr;

  void on_open(Stream& made) override { opened(*(stream = &made)); }
  void on_received(sdk::Bytes octets) override { received(*stream, octets); }
  void on_drained() override { drained(*stream); }
  void on_closed(const Status& reason) override { closed(reason); }
};

class LoopbackTest : public testing::Test {
 protected:
  explicit LoopbackTest(std::size_t loops = 1)
      : env_(*make_env({.loops = loops, .flush_limit_ms = 300})), limit_(env_->loop(0), [this] {
          ADD_FAILURE() << "nothing ended this test";
          env_->stop();
        }) {
    limit_.start(20'000'000'000);
  }
  ~LoopbackTest() override { limit_.cancel(); }

  // Every accepted connection behaves as `serve` sets it up.
  void listen(const std::function<void(Script&)>& serve) {
    auto listener = env_->listen({"127.0.0.1", 0}, [serve](base::Loop&, const Address&) {
      auto script = std::make_unique<Script>();
      serve(*script);
      return script;
    });
    ASSERT_TRUE(listener.ok()) << message_of(listener.status());
    listener_ = *std::move(listener);
  }
  void connect(const std::function<void(Script&)>& set_up) {
    auto script = std::make_unique<Script>();
    set_up(*script);
    env_->loop(0).connect(listener_->address(), std::move(script));
  }
  void listen_echo() {
    listen([](Script& server) {
      server.received = [](Stream& stream, sdk::Bytes octets) { stream.send(output_of({octets.begin(), octets.end()})); };
    });
  }

  std::unique_ptr<RealEnv> env_;
  base::Timer limit_;
  std::unique_ptr<base::Listener> listener_;
};

}  // namespace barnabas::io
