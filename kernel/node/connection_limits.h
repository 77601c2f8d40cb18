// How much clients may take: connections in all and per address, the size of a frame, and the memory of frames on their way in.
// Shared by all loops; counters are atomic.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace barnabas::node {

class ConnectionLimits;

// One connection's place among the allowed ones, given back when it goes out of scope.
class ConnectionPermit {
 public:
  ConnectionPermit() = default;
  ConnectionPermit(ConnectionLimits& limits, std::string address) : limits_(&limits), address_(std::move(address)) {}
  ConnectionPermit(ConnectionPermit&& other) noexcept
      : limits_(std::exchange(other.limits_, nullptr)), address_(std::move(other.address_)) {}
  ConnectionPermit& operator=(ConnectionPermit&&) = delete;
  ~ConnectionPermit();
  explicit operator bool() const { return limits_ != nullptr; }

 private:
  ConnectionLimits* limits_ = nullptr;
  std::string address_;
};

class ConnectionLimits {
 public:
  struct Settings {
    std::uint32_t connections = 16000;
    std::uint32_t connections_per_address = 4000;
    std::uint32_t frame_bytes = 100 << 20;            // socket.request.max.bytes
    std::uint64_t request_memory_bytes = 1ull << 30;  // of unfinished frames; beyond it connections are not read from
    std::int64_t idle_ns = 600'000'000'000;           // connections.max.idle.ms
    std::int64_t request_ns = 30'000'000'000;         // from the first octet of a frame to its last
    std::int64_t send_ns = 30'000'000'000;            // without the peer taking an octet of an answer
    std::uint64_t unsent_bytes = 8 << 20;             // more than this unsent: no further request of the connection is served
  };

  explicit ConnectionLimits(const Settings& settings) : settings_(settings) {}

  const Settings& settings() const { return settings_; }

  // An empty permit when there are too many already.
  ConnectionPermit admit(const std::string& address);

  // For octets that are here already, whatever the limit says.
  void add_memory(std::uint64_t bytes) { memory_.fetch_add(bytes, std::memory_order_relaxed); }
  bool memory_is_used_up() const { return memory_.load(std::memory_order_relaxed) >= settings_.request_memory_bytes; }
  // False: not now. What was taken is given back with release_memory.
  bool take_memory(std::uint64_t bytes);
  void release_memory(std::uint64_t bytes) { memory_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  friend class ConnectionPermit;
  void leave(const std::string& address);

  Settings settings_;
  std::atomic<std::uint64_t> memory_{0};
  std::mutex mutex_;  // of the two counts; taken once per connection, never per request
  std::uint32_t connections_ = 0;
  std::unordered_map<std::string, std::uint32_t> per_address_;
};

}  // namespace barnabas::node
