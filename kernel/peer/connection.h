// A connection out to a broker: sends requests, hands each answer to who asked, in order. Shared by clients, replication and forwarding.
//
// Everything on the loop. An answer's octets are valid during the callback.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/env.h"

namespace barnabas::peer {

// The response, its header included, or why there is none: kUnavailable when the request was never sent, kUnknown when it was and the
// answer did not come.
using OnResponse = std::function<void(Result<sdk::Bytes>)>;
// Success when the last octet was handed to the network.
using OnSent = std::function<void(Status)>;

class Connection {
 public:
  struct Settings {
    std::int64_t connect_timeout_ns = 10'000'000'000;
    std::int64_t request_timeout_ns = 30'000'000'000;
    std::uint32_t max_response_bytes = 128 << 20;  // beyond it the peer speaks something else than Kafka
  };

  Connection(base::Loop& loop, base::Address to, Settings settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `frame`: a whole request, length included, in whose header `correlation_id` stands. Connects first when it has to.
  void send(std::vector<std::uint8_t> frame, std::int32_t correlation_id, OnResponse on_response);
  // For requests that are not answered. `on_sent` may be called before this returns.
  void send_without_answer(std::vector<std::uint8_t> frame, OnSent on_sent);
  std::int32_t next_correlation_id() { return ++correlation_id_; }
  const base::Address& address() const { return to_; }
  bool is_open() const;

 private:
  class Handler;

  void connect();

  base::Loop& loop_;
  base::Address to_;
  Settings settings_;
  std::int32_t correlation_id_ = 0;
  Handler* handler_ = nullptr;  // owned by the loop; null: not connected
};

}  // namespace barnabas::peer
