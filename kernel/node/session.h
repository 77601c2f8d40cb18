// One client connection: takes frames apart, hands requests to the broker one at a time, and sends the answers in their order.
//
// Octets of a frame stay where the network put them, in the buffer that all connections of the loop share, when the frame came whole; only
// the part of a frame whose rest is still on the way is copied. Its memory grows with what was really received, never with what was
// announced. A connection may move to another loop, once, between two requests. Everything on the connection's loop.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/base/env.h"
#include "kernel/base/task.h"
#include "kernel/broker/call.h"
#include "kernel/broker/dispatch.h"
#include "kernel/node/connection_limits.h"

namespace barnabas::node {

class Session : public base::StreamHandler, private broker::Call::Exit {
 public:
  Session(broker::Shard& shard, ConnectionLimits& limits, ConnectionPermit permit, broker::Client client);
  ~Session() override;

  void on_open(base::Stream& stream) override;
  sdk::MutableBytes receive_into(sdk::MutableBytes shared) override;
  void on_received(sdk::Bytes octets) override;
  void on_drained() override;
  void on_closed(const Status& reason) override;

  // Called from time to time: ends the connection if it idles, or is too slow in sending a request or taking an answer.
  void check_deadlines(std::int64_t now_ns);
  // Sends what is answered already, then ends the connection.
  void close();
  // It came from another loop, and moves no more.
  void settle() { call_.stays = true; }

 private:
  void consume(sdk::MutableBytes octets);
  bool serve(sdk::MutableBytes frame);
  void keep_partial(sdk::Bytes octets);
  void make_room();
  void continue_after_answer();
  void flush_output();
  void move_if_better();
  // The connection goes on in a session of `shard`, which has its permit. REQUIRES: nothing of it is under way.
  virtual void move_to(broker::Shard& shard, base::Stream& stream, ConnectionPermit permit, const broker::Client& client) = 0;
  void refuse(std::string_view reason);

  void answered(broker::Call& call, base::Output&& output) override;
  void unanswered(broker::Call& call) override;
  void closed(broker::Call& call, std::string_view reason) override;
  std::shared_ptr<broker::Call*> link() override;
  void end_call();

  broker::Shard& shard_;
  ConnectionLimits& limits_;
  ConnectionPermit permit_;
  broker::Client client_;
  base::Stream* stream_ = nullptr;
  base::Arena arena_{1024};
  broker::Call call_;
  std::shared_ptr<broker::Call*> link_;  // of the call being served, made when somebody asks for it

  // The beginning of a frame whose rest has not come yet: partial_[0, partial_size_), its length word included.
  std::vector<std::uint8_t> partial_;
  std::size_t partial_size_ = 0;
  // What came behind a request that is not answered yet.
  std::vector<std::uint8_t> backlog_;

  base::Output output_;     // answers of this turn, sent together
  bool in_call_ = false;    // a request waits for its answer
  bool consuming_ = false;  // on the stack: answers are collected, and the next request is served by the loop there
  bool closing_ = false;
  bool starved_ = false;            // the rest of a frame waits for memory
  std::uint64_t unsent_seen_ = 0;   // at the last look at deadlines
  std::int64_t active_at_ns_ = 0;   // of the last octet either way
  std::int64_t partial_at_ns_ = 0;  // when the unfinished frame began
  base::Timer retry_;               // of a starved one
};

}  // namespace barnabas::node
