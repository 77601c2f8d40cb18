// The world as the kernel sees it: loops with timers, connections, a clock, a disk, randomness. Handed down from the top, never global.
//
// kernel/io makes it from the operating system, tests/sim from a seed. Kernel code names no socket, file, clock or thread of its own, so
// one process can run a broker and its clients on virtual time and repeat the run exactly.
#pragma once

#include <barnabas/sdk/host.h>
#include <barnabas/sdk/storage.h>

#include "kernel/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::base {

struct Address {
  std::string host;
  std::uint16_t port = 0;  // 0: any free one

  friend bool operator==(const Address&, const Address&) = default;
};
std::string to_string(const Address& address);  // "127.0.0.1:9092", "[::1]:9092"

// Octets on their way out, in order: stretches of memory that the output owns, and leases on what a storage keeps. A lease is released when
// its last octet was handed to the network or the connection ended.
//
// Memory goes round: append() to an empty output exchanges what both keep, so a chain of outputs, from a handler over the session to the
// socket, allocates nothing for small answers once each has been used. Behind others, small ones share a stretch: those of many requests
// that came together go out in few pieces, and cost little more than their octets.
class Output {
 public:
  Output() = default;
  Output(Output&&) noexcept;
  Output& operator=(Output&&) noexcept;
  ~Output();

  struct Piece {
    std::vector<std::uint8_t> owned;  // used when `is_lease` is false, from `begin` on
    sdk::Lease lease;
    std::size_t region = 0;   // the first region not wholly sent
    std::uint64_t begin = 0;  // octets of the piece, or of the region, already sent
    bool is_lease = false;
  };

  void add(std::vector<std::uint8_t> octets);
  void copy(sdk::Bytes octets);       // into memory that a piece which is sent has left, where there is some
  void add(const sdk::Lease& lease);  // takes it over
  void append(Output&& other);
  bool empty() const { return first_ == pieces_.size(); }
  std::uint64_t size() const { return size_; }
  // What it holds of the process's memory: pieces and the stretches that it owns, each until it is sent whole. What is lent is its
  // storage's to count.
  std::uint64_t memory_bytes() const { return memory_; }

  // For the network: the pieces not yet sent, and taking away what was.
  std::span<Piece> pieces() { return std::span(pieces_).subspan(first_); }
  void consume(std::uint64_t octets);

 private:
  bool fits_behind(const Piece& piece) const;
  void keep_spare(std::vector<std::uint8_t>&& memory);
  void drop_front();

  std::vector<Piece> pieces_;
  std::size_t first_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t memory_ = 0;
  std::vector<std::uint8_t> spare_;  // empty; its memory is for the next copy()
};

class Loop;
class StreamHandler;

// A handler for a connection that is new to `loop`, made there; null ends the connection.
using AcceptHandler = std::function<std::unique_ptr<StreamHandler>(Loop& loop, const Address& peer)>;

// One connection. Everything on its loop's thread.
class Stream {
 public:
  virtual ~Stream() = default;

  // Sends what it can at once and keeps the rest; on_drained() tells when all is gone.
  virtual void send(Output&& output) = 0;
  virtual std::uint64_t unsent_bytes() const = 0;
  virtual std::uint64_t unsent_memory_bytes() const = 0;  // as Output::memory_bytes()
  // While paused nothing is received; what the peer sends stays in its socket.
  virtual void pause() = 0;
  virtual void resume() = 0;
  // Ends the connection; on_closed() comes in a later turn. `flush`: after what is unsent has gone out.
  virtual void close(bool flush = false) = 0;
  // The connection goes on on `loop`, with the handler that `accept` makes there; the present one hears no more of it and is destroyed in a
  // later turn. One that has ended stays, and on_closed() comes as ever. REQUIRES: nothing is unsent.
  virtual void move_to(Loop& loop, AcceptHandler accept) = 0;
  virtual const Address& peer() const = 0;
};

// What a connection does with its octets. The loop owns it, from accept or connect until after on_closed() or move_to().
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;

  virtual void on_open(Stream& stream) = 0;
  // Where the next octets shall go: memory of the handler's own when it waits for the rest of something large, else `shared`, which every
  // connection of the loop uses in turn and whose content is gone after on_received() returns. Never empty.
  virtual sdk::MutableBytes receive_into(sdk::MutableBytes shared) { return shared; }
  // `count` octets were put where receive_into() said.
  virtual void on_received(sdk::Bytes octets) = 0;
  virtual void on_drained() {}
  // The last call. ok(): closed by either side as usual.
  virtual void on_closed(const Status& reason) = 0;
};

class Listener {
 public:
  virtual ~Listener() = default;  // stops listening; accepted connections live on
  virtual const Address& address() const = 0;
  // `wait_ns` is asked before each connection is taken, on whichever loop would take it: how long it shall wait, 0 for not at all. Those
  // that wait do so in the system's queue. A world that paces its connections itself need not ask.
  virtual void set_pace(std::function<std::int64_t()> wait_ns) { (void)wait_ns; }
};

// One event loop, one thread. post(), offload(), clock() and random() may be called from any thread, the rest from the loop's own (or from
// any before the loops run). What a loop still holds is closed, run or dropped before its Env ends.
class Loop : public sdk::Executor {
 public:
  virtual ~Loop() = default;

  virtual std::size_t index() const = 0;
  virtual sdk::Clock& clock() = 0;
  virtual sdk::Random& random() = 0;
  // on_open() or on_closed() comes in a later turn.
  virtual void connect(const Address& to, std::unique_ptr<StreamHandler> handler) = 0;

  // The time at which this turn of the loop began: cheap, and equal for everything done in the turn.
  virtual std::int64_t turn_mono_ns() const = 0;
  virtual std::int64_t turn_wall_ms() const = 0;
};

class Env {
 public:
  virtual ~Env() = default;

  virtual std::size_t loop_count() const = 0;
  virtual Loop& loop(std::size_t index) = 0;
  virtual sdk::Clock& clock() = 0;
  virtual sdk::Disk& disk() = 0;
  virtual void log(sdk::LogLevel level, std::string_view message) = 0;

  // Accepts on all loops, on whichever is free first.
  virtual Result<std::unique_ptr<Listener>> listen(const Address& address, AcceptHandler accept) = 0;
};

}  // namespace barnabas::base
