// One end of a simulated connection, and the link between the two. On the world's one thread.
#pragma once

#include "kernel/base/env.h"
#include "kernel/base/task.h"
#include "sim/sim_world.h"

#include <deque>
#include <memory>
#include <vector>

namespace barnabas::sim {

class SimEnv;
class SimLink;
class SimLoop;

class SimStream final : public base::Stream, private sdk::Task {
 public:
  SimStream(SimLoop& loop, std::shared_ptr<SimLink> link, std::size_t end, std::unique_ptr<base::StreamHandler> handler,
            const base::Address& peer);
  ~SimStream() override;

  void open() { handler_->on_open(*this); }

  void send(base::Output&& output) override;
  std::uint64_t unsent_bytes() const override { return unsent_.size(); }
  std::uint64_t unsent_memory_bytes() const override { return unsent_.memory_bytes(); }
  void pause() override { paused_ = true; }
  void resume() override;
  void close(bool flush) override;
  void move_to(base::Loop& loop, base::AcceptHandler accept) override;
  const base::Address& peer() const override { return peer_; }

  // --- for the link and the loop ---

  void on_octets(std::vector<std::uint8_t> octets);
  void on_end(bool reset);
  void on_room(std::uint64_t count);
  void end() { shut(Status::unavailable("the program is stopping"), Farewell::kEnd); }
  // The process dies: the other end learns it, this one never says anything again.
  void die();
  SimLoop& loop() { return loop_; }
  bool closed() const { return state_ == State::kClosed || state_ == State::kMoved; }

 private:
  enum class State : std::uint8_t { kOpen, kFlushing, kClosed, kMoved };

  enum class Farewell : std::uint8_t { kNone, kEnd, kReset };

  void run() noexcept override;  // a posted receive, or the posted end
  void post_self();
  void send_some();
  std::vector<std::uint8_t> take_octets(std::uint64_t most, Status& reason);
  void receive();
  void finish_flush();
  void shut(Status reason, Farewell farewell);

  SimLoop& loop_;
  std::shared_ptr<SimLink> link_;
  const std::size_t end_;
  std::unique_ptr<base::StreamHandler> handler_;
  base::Address peer_;
  base::Output unsent_;
  std::uint64_t in_flight_ = 0;
  std::vector<std::uint8_t> received_;
  std::size_t taken_ = 0;
  base::Timer flush_limit_;
  Status reason_;
  State state_ = State::kOpen;
  bool paused_ = false;
  int posted_ = 0;
  bool blocked_ = false;
  bool input_ended_ = false;
};

// What is on its way between the two ends of a connection, 0 (who connected) and 1. Octets keep their order; each chunk takes a time of its
// own.
class SimLink : public std::enable_shared_from_this<SimLink> {
 public:
  // The processes at the ends.
  SimLink(SimWorld& world, SimEnv& client, SimEnv& server);

  void attach(std::size_t end, SimStream& stream) { ends_[end] = &stream; }
  void detach(std::size_t end, const SimStream& stream) {
    if (ends_[end] == &stream) ends_[end] = nullptr;
  }

  // From `end` to the other one.
  void send_octets(std::size_t end, std::vector<std::uint8_t> octets);
  void send_end(std::size_t end) {
    deliver(end, "end", [](SimStream& to) { to.on_end(false); });
  }
  void send_reset(std::size_t end);  // overtakes what is under way
  void give_room(std::size_t end, std::uint64_t count);

 private:
  using Call = std::function<void(SimStream&)>;
  struct Item {
    std::string what;  // for the trace
    Call call;
  };
  struct Direction {
    std::deque<Item> under_way;
    std::int64_t last_arrival_ns = 0;
  };

  void deliver(std::size_t from, std::string what, Call call);
  void wait_for_arrival(std::size_t from, SimLoop& loop, std::int64_t time_ns);
  void arrive(std::size_t from);
  SimStream* open_end(std::size_t end) const;

  SimWorld& world_;
  const std::string names_[2];
  SimStream* ends_[2] = {};
  Direction directions_[2];
};

}  // namespace barnabas::sim
