// One client connection: takes frames apart, hands requests to the broker one at a time, and sends the answers in their order.
//
// Octets of a frame stay where the network put them, in the buffer that all connections of the loop share, when the frame came whole.
// Copied is the part of a frame whose rest is still on the way, what came behind a request that is not answered yet (backlog.h), and what a
// request in pieces reads. A frame's memory grows with what was really received, and is at once that of a frame as long as one that this
// peer has sent whole before; an announcement alone gets none. Who sends requests that take long, or many together, has turns (turns.h).
// All that it holds for its peer is counted: what waits to be served, what a request keeps while it waits for its answer, and answers that
// the peer has not taken. A connection may move to another loop, once, between two requests. Everything on the connection's loop.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/base/env.h"
#include "kernel/base/task.h"
#include "kernel/broker/call.h"
#include "kernel/broker/dispatch.h"
#include "kernel/node/answer_memory.h"
#include "kernel/node/backlog.h"
#include "kernel/node/connection_limits.h"
#include "kernel/node/partial_frame.h"
#include "kernel/node/request_costs.h"
#include "kernel/node/turns.h"

namespace barnabas::node {

class Session : public base::StreamHandler, private broker::Call::Exit, private Turns::Waiter {
 public:
  Session(broker::Shard& shard, ConnectionLimits& limits, AnswerMemory& answers, Turns& turns, ConnectionPermit permit,
          broker::Client client);
  ~Session() override;

  void on_open(base::Stream& stream) override;
  sdk::MutableBytes receive_into(sdk::MutableBytes shared) override;
  void on_received(sdk::Bytes octets) override;
  void on_drained() override;
  void on_closed(const Status& reason) override;

  // --- session_limits.cc: what it may cost ---

  // Called from time to time: ends the connection if it idles, or is too slow in sending a request or taking an answer.
  void check_deadlines(std::int64_t now_ns);
  // For who must get memory back. How long a peer has answers to take that it did not take whole, and how long nothing has come of a frame
  // that holds memory; 0: there is none. Of a starved one nothing comes because it is not read from. Then the end of those that waited for
  // longest.
  std::int64_t behind_since_ns();
  std::int64_t stalled_since_ns() const;
  bool is_starved() const { return starved_; }
  void end_for_memory(std::string_view reason);

  // --- session.cc ---

  // Sends what is answered already, then ends the connection.
  void close();
  // It came from another loop, and moves no more.
  void settle() { call_.stays = true; }

 private:
  enum class Left { kNothing, kRequests, kWaiting };  // the last: for a turn among those that take long

  void consume(sdk::MutableBytes octets);
  Left serve_some(sdk::MutableBytes octets);
  void refuse_length(std::int32_t length);
  bool is_busy() const;
  bool has_served_enough() const;
  std::int64_t now_ns() const;
  bool queue_for_turn();
  void on_turn() override;
  void serve(sdk::MutableBytes frame);
  void keep_partial(sdk::Bytes octets);
  void keep_backlog(sdk::Bytes octets);
  void drop_backlog();
  void make_room();
  std::size_t announced_bytes() const;
  PartialFrame take_partial();
  void retry();
  void continue_after_answer();
  void flush_output();
  void move_if_better();
  // The connection goes on in a session of `shard`, which has its permit. REQUIRES: nothing of it is under way.
  virtual void move_to(broker::Shard& shard, base::Stream& stream, ConnectionPermit permit, const broker::Client& client) = 0;
  // Memory for requests, or for answers, is used up: somebody shall lose some, in a later turn.
  virtual void ask_for_relief() = 0;
  void refuse(std::string_view reason);
  void count_answers();
  std::uint64_t allowed_unsent() const;

  void answered(broker::Call& call, base::Output&& output) override;
  void unanswered(broker::Call& call) override;
  void closed(broker::Call& call, std::string_view reason) override;
  std::shared_ptr<broker::Call*> link() override;
  bool hold(broker::Call& call, std::uint64_t bytes) override;
  bool hold_waiting(broker::Call& call, std::uint64_t bytes) override;
  void give_back(broker::Call& call, std::uint64_t bytes) override;
  void later(broker::Call& call, std::function<void()> step) override;
  void count_arena();
  void end_call();

  broker::Shard& shard_;
  ConnectionLimits& limits_;
  AnswerMemory& answers_;
  Turns& turns_;
  ConnectionPermit permit_;
  broker::Client client_;
  base::Stream* stream_ = nullptr;
  base::Arena arena_{1024};
  broker::Call call_;
  std::shared_ptr<broker::Call*> link_;  // of the call being served, made when somebody asks for it
  std::function<void()> step_;           // the rest of that call, where it is served in pieces

  // What comes in. There is either a frame whose rest has not come or a backlog, never both.
  PartialFrame partial_;
  std::int64_t partial_at_ns_ = 0;  // when it began
  std::size_t proven_bytes_ = 0;    // the longest frame that came whole so far, up to kMostProvenBytes
  bool starved_ = false;            // the rest of the frame waits for memory
  base::Timer retry_;               // of a starved one
  Backlog backlog_;
  bool had_backlog_ = false;  // of what was received last, some had to wait

  // What is served.
  bool in_call_ = false;    // a request waits for its answer
  bool consuming_ = false;  // on the stack: answers are collected, and the next request is served by the loop there
  bool has_turn_ = false;   // on the stack: called from a queue of turns_
  bool closing_ = false;    // for good: nothing more is served
  int served_ = 0;          // in this turn, of what came together
  RequestCosts costs_;

  // What goes out, and what is counted.
  base::Output output_;             // answers of this turn, sent together
  std::uint64_t held_bytes_ = 0;    // of the limits' memory, by the call that waits
  std::uint64_t arena_bytes_ = 0;   // of these, as counted last
  std::uint64_t answer_bytes_ = 0;  // as answers_ knows them
  std::uint64_t unsent_seen_ = 0;   // at the last look at deadlines
  std::int64_t active_at_ns_ = 0;   // of the last octet either way
  std::int64_t behind_at_ns_ = 0;   // when the peer last had nothing to take; 0: it has nothing now
};

}  // namespace barnabas::node
