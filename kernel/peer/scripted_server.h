// A server for tests of whoever connects out: every request is answered by a function of the test's, rightly or wrongly, on simulated time.
#pragma once

#include "sim/sim_env.h"

#include <functional>
#include <string>
#include <vector>

namespace barnabas::peer {

using Octets = std::vector<std::uint8_t>;

inline Octets int32_octets(std::int64_t number) {
  return {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
          static_cast<std::uint8_t>(number)};
}
inline Octets operator+(Octets left, const Octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}
inline Octets framed(const Octets& content) { return int32_octets(static_cast<std::int64_t>(content.size())) + content; }

class ScriptedServer {
 public:
  // What is sent back, as it stands; nothing for no answer.
  using Answer = std::function<Octets(sdk::Bytes request)>;

  ScriptedServer(sim::SimWorld& world, const base::Address& at, Answer answer)
      : disk_(1), env_(world, "server " + at.host, disk_, {.host = at.host}), answer_(std::move(answer)) {
    auto listener = env_.listen(at, [this](base::Loop&, const base::Address&) { return std::make_unique<Handler>(*this); });
    listener_ = *std::move(listener);
  }

  int connections = 0;
  std::vector<Octets> requests;  // without their length
  bool hangs_up = false;         // instead of answering
  std::int32_t loses = -1;       // hangs up on requests with this key only

 private:
  class Handler final : public base::StreamHandler {
   public:
    explicit Handler(ScriptedServer& server) : server_(server) {}
    void on_open(base::Stream& stream) override {
      stream_ = &stream;
      ++server_.connections;
    }
    void on_received(sdk::Bytes octets) override {
      received_.insert(received_.end(), octets.begin(), octets.end());
      while (received_.size() >= 4) {
        const std::size_t size = std::size_t{received_[1]} << 16 | std::size_t{received_[2]} << 8 | received_[3];
        if (received_.size() < size + 4) return;
        server_.requests.emplace_back(received_.begin() + 4, received_.begin() + 4 + static_cast<std::ptrdiff_t>(size));
        received_.erase(received_.begin(), received_.begin() + 4 + static_cast<std::ptrdiff_t>(size));
        const Octets& request = server_.requests.back();
        if (server_.hangs_up || (request[0] << 8 | request[1]) == server_.loses) return stream_->close();
        base::Output output;
        if (Octets answer = server_.answer_(request); !answer.empty()) output.add(std::move(answer));
        if (!output.empty()) stream_->send(std::move(output));
      }
    }
    void on_closed(const Status&) override {}

   private:
    ScriptedServer& server_;
    base::Stream* stream_ = nullptr;
    Octets received_;
  };

  testing::SimulatedDisk disk_;
  sim::SimEnv env_;
  Answer answer_;
  std::unique_ptr<base::Listener> listener_;
};

}  // namespace barnabas::peer
