// How much clients may take: connections in all, per address and in a second, the size of a frame, and the memory of their requests and of
// our answers. Brokers and controllers that come by a listener of their own have places of their own, so a flood of clients shuts none out.
//
// Shared by all loops; counters are atomic or behind a mutex that is taken once per connection, never per request.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/node/connection_rate.h"

namespace barnabas::node {

class ConnectionLimits;

// Whose places a connection takes.
enum class Crowd : std::uint8_t {
  kClients,
  kBrokers,  // and controllers, on listeners that are only theirs
};

// One connection's place among the allowed ones, given back when it goes out of scope.
class ConnectionPermit {
 public:
  ConnectionPermit() = default;
  ConnectionPermit(ConnectionLimits& limits, Crowd crowd, std::string address)
      : limits_(&limits), crowd_(crowd), address_(std::move(address)) {}
  ConnectionPermit(ConnectionPermit&& other) noexcept
      : limits_(std::exchange(other.limits_, nullptr)), crowd_(other.crowd_), address_(std::move(other.address_)) {}
  ConnectionPermit& operator=(ConnectionPermit&&) = delete;
  ~ConnectionPermit();
  explicit operator bool() const { return limits_ != nullptr; }

 private:
  ConnectionLimits* limits_ = nullptr;
  Crowd crowd_ = Crowd::kClients;
  std::string address_;
};

class ConnectionLimits {
 public:
  struct Settings {
    std::uint32_t connections = 16000;                                              // max.connections
    std::uint32_t connections_per_address = 4000;                                   // max.connections.per.ip
    std::map<std::string, std::uint32_t, std::less<>> connections_of_address = {};  // max.connections.per.ip.overrides
    std::uint32_t broker_connections = 256;                                         // beside the others
    std::int32_t connections_per_second = 20'000;                                   // max.connection.creation.rate; 0: any
    std::uint32_t frame_bytes = 100 << 20;                                          // socket.request.max.bytes
    std::uint64_t request_memory_bytes = 1ull << 30;  // queued.max.request.bytes: of requests that are not answered yet
    std::uint64_t answer_memory_bytes = 1ull << 30;   // of answers that peers have not taken yet
    std::int64_t idle_ns = 600'000'000'000;           // connections.max.idle.ms
    std::int64_t request_ns = 30'000'000'000;         // from the first octet of a frame to its last
    std::int64_t send_ns = 30'000'000'000;            // without the peer taking an octet of an answer
    std::uint64_t unsent_bytes = 8 << 20;             // more than this unsent: no further request of the connection is served
  };

  explicit ConnectionLimits(Settings settings)
      : settings_(std::move(settings)), rate_(settings_.connections_per_second), clients_(settings_) {}

  // As at the start.
  const Settings& settings() const { return settings_; }
  // How many clients may come from now on, in all, per address and in a second; the rest of `settings` is not looked at. Who is in stays.
  void allow(const Settings& settings);

  // kExhausted, with the limit and its name, when there are too many already.
  Result<ConnectionPermit> admit(const std::string& address, Crowd crowd, std::int64_t now_ns);
  // How long the next client shall wait for being let in. Brokers never do.
  std::int64_t wait_ns(std::int64_t now_ns);

  // For octets that are here already, and for what is too little to be refused: whatever the limit says.
  void charge_memory(std::uint64_t bytes) { memory_.fetch_add(bytes, std::memory_order_relaxed); }
  bool memory_is_used_up() const { return memory_bytes() >= settings_.request_memory_bytes; }
  std::uint64_t memory_bytes() const { return memory_.load(std::memory_order_relaxed); }
  // False, and nothing charged: it would be more than the limit. What was charged either way is given back with release_memory.
  bool try_charge_memory(std::uint64_t bytes);
  void release_memory(std::uint64_t bytes) { memory_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  friend class ConnectionPermit;
  void leave(Crowd crowd, const std::string& address);
  std::uint32_t limit_of(const std::string& address) const;

  const Settings settings_;
  std::atomic<std::uint64_t> memory_{0};
  std::mutex mutex_;  // of what follows
  ConnectionRate rate_;
  Settings clients_;  // what counts of it is how many may come
  std::uint32_t connections_ = 0;
  std::uint32_t broker_connections_ = 0;
  std::unordered_map<std::string, std::uint32_t> per_address_;
};

}  // namespace barnabas::node
