// Asks a running broker one thing after another, each on a connection of its own, and counts which error came. Blocks. One thread.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "fuzz/any_request.h"
#include "fuzz/wire_peer.h"
#include "fuzz/wire_rows.h"
#include "kernel/base/arena.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/19_create_topics.h"
#include "kernel/wire/messages/headers.h"

namespace barnabas::fuzz {

using Octets = std::vector<std::uint8_t>;

// `request` as a frame without its length; empty: it cannot be said in this version.
template <class Request>
Octets frame_of(const Request& request, int version) {
  const auto key = static_cast<wire::ApiKey>(Request::kSchema.key);
  wire::RequestHeader header;
  header.request_api_key = Request::kSchema.key;
  header.request_api_version = static_cast<std::int16_t>(version);
  header.client_id = std::string_view("rows");
  wire::Buffer buffer;
  if (!wire::encode(header, wire::request_header_version(key, version), buffer).ok() || !wire::encode(request, version, buffer).ok())
    return {};
  return {buffer.bytes().begin(), buffer.bytes().end()};
}

class Asker {
 public:
  static constexpr wire::ErrorCode kNotThere = wire::ErrorCode(-999);  // an answer without a place for the error
  static constexpr int kPatienceMs = 20'000;

  explicit Asker(std::uint16_t port) : port_(port) {}

  const Tally& tally() const { return tally_; }

 protected:
  // False: the connection ended, or what came is no answer.
  template <class Request, class Response>
  bool ask(const Request& request, int version, base::Arena& arena, Octets& octets, Response& response) {
    const auto key = static_cast<wire::ApiKey>(Request::kSchema.key);
    const Octets frame = frame_of(request, version);
    if (frame.empty()) return false;
    WirePeer peer(port_);
    peer.send(with_length(frame));
    if (peer.receive(octets, kPatienceMs) != WirePeer::Came::kAnswer) return false;
    sdk::Bytes rest(octets);
    wire::ResponseHeader answer;
    return wire::decode_front(rest, wire::response_header_version(key, version), arena, answer).ok() &&
           wire::decode(rest, version, arena, response).ok();
  }

  // Its id; zeros where it could not be made. Of one partition.
  Uuid make_topic(std::string_view name) {
    wire::CreateTopicsRequest::CreatableTopic topic;
    topic.name = name;
    topic.num_partitions = 1;
    topic.replication_factor = 1;
    wire::CreateTopicsRequest request;
    request.topics = std::span(&topic, 1);
    base::Arena arena;
    Octets octets;
    wire::CreateTopicsResponse response;
    const bool made = ask(request, 7, arena, octets, response) && !response.topics.empty();
    return made ? response.topics[0].topic_id : Uuid();
  }

  // `error_of(response)` must be `expected`.
  template <class Response, class Request, class ErrorOf>
  void check(const Request& request, int version, std::string_view what, wire::ErrorCode expected, ErrorOf error_of) {
    base::Arena arena;
    Octets octets;
    Response response;
    const bool answered = ask(request, version, arena, octets, response);
    const int error = answered ? static_cast<int>(error_of(response)) : -1000;
    ++(error == static_cast<int>(expected) ? tally_.passed : tally_.failed);
    if (error != static_cast<int>(expected))
      fmt::print("api key {} version {}: {} is {}, not error {}\n", Request::kSchema.key, version, what,
                 answered ? fmt::format("error {}", error) : "no answer", static_cast<int>(expected));
  }

  const std::uint16_t port_;
  Tally tally_;
};

}  // namespace barnabas::fuzz
