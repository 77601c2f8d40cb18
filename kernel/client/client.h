// A minimal client: finds brokers, agrees on versions, sends any request to a broker, the controller or a partition's leader.
//
//   client.call<wire::MetadataResponse>(client::Target::any(), request, [](Result<client::Reply<wire::MetadataResponse>> reply) { … });
//
// Everything on the loop. It retries nothing but the search for a broker that answers: what a failure means is for the caller to say.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/arena.h"
#include "kernel/base/env.h"
#include "kernel/peer/connection.h"
#include "kernel/wire/api.h"
#include "kernel/wire/codec.h"

namespace barnabas::client {

struct Target {
  std::int32_t node_id = -1;  // -1: any broker
  base::Address address;      // port 0: by the id

  static Target any() { return {}; }
  static Target node(std::int32_t id) { return {id, {}}; }
  static Target at(base::Address where) { return {-1, std::move(where)}; }
};

// A decoded response with the octets and the arena that it views.
template <class Response>
struct Reply {
  std::int16_t version = 0;
  Response response;
  std::vector<std::uint8_t> octets;
  std::unique_ptr<base::Arena> arena;
};

struct ClientSettings {
  std::vector<base::Address> bootstrap;
  std::string client_id = "barnabas";
  peer::Connection::Settings connection;
  bool asks_unlisted = false;  // APIs that the other end does not list, such as those between brokers, in their newest version
};

// Versions that one broker serves, by api key.
using VersionRanges = std::map<std::int16_t, std::pair<std::int16_t, std::int16_t>>;

class Client {
 public:
  Client(base::Loop& loop, ClientSettings settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // `max_version`: no newer one, where the caller builds what newer ones have elsewhere.
  template <class Response, class Request>
  void call(Target target, const Request& request, std::function<void(Result<Reply<Response>>)> then, std::int16_t max_version = INT16_MAX);
  // Sends and expects nothing back: Produce with acks=0. `sent`: when the network has it, or why not.
  template <class Request>
  void send(Target target, const Request& request, std::function<void(Status)> sent, std::int16_t max_version = INT16_MAX);

  // Where brokers are, as a Metadata or DescribeCluster answer said; call() to a node needs it.
  void know_broker(std::int32_t node_id, base::Address address) { nodes_[node_id] = std::move(address); }

 private:
  struct Broker {
    std::unique_ptr<peer::Connection> connection;
    VersionRanges versions;
    bool knows_versions = false;                       // of the broker behind the open connection
    std::vector<std::function<void(Status)>> waiting;  // for the versions
  };
  using Encode = std::function<Status(std::int16_t version, wire::Buffer& buffer)>;
  using Decode = std::function<void(Result<sdk::Bytes> body, std::int16_t version)>;

  static Status unreadable(const wire::Schema& request, const Status& why);
  void with_broker(Target target, std::function<void(Result<Broker*>)> then);
  // The bootstrap servers, then the brokers that it was told of: those of the beginning may all be gone.
  std::vector<base::Address> all_addresses() const;
  void try_any(std::vector<base::Address> addresses, std::size_t index, std::string failures, std::function<void(Result<Broker*>)> then);
  void prepare(Broker& broker, std::function<void(Status)> then);
  void ask_versions(Broker& broker, std::int16_t version);
  void finish_versions(Broker& broker, Status status);
  Broker& broker_at(const base::Address& address);
  Result<std::int16_t> choose_version(const Broker& broker, const wire::Schema& schema, std::int16_t max_version) const;
  void exchange(Broker& broker, wire::ApiKey key, std::int16_t version, const Encode& encode, Decode then);
  std::vector<std::uint8_t> frame_of(Broker& broker, wire::ApiKey key, std::int16_t version, const Encode& encode,
                                     std::int32_t& correlation_id, Status& status);

  base::Loop& loop_;
  ClientSettings settings_;
  std::map<std::string, std::unique_ptr<Broker>> brokers_;  // by address
  std::map<std::int32_t, base::Address> nodes_;
};

template <class Response, class Request>
void Client::call(Target target, const Request& request, std::function<void(Result<Reply<Response>>)> then, std::int16_t max_version) {
  // The request may go before its broker is found, so it is encoded as soon as the version is known, from a copy of its top; what it views
  // is the caller's until `then`.
  with_broker(target, [this, request, then = std::move(then), max_version](Result<Broker*> broker) {
    if (!broker) return then(std::move(broker).status());
    auto version = choose_version(**broker, Request::kSchema, max_version);
    if (!version) return then(std::move(version).status());
    exchange(
        **broker, static_cast<wire::ApiKey>(Request::kSchema.key), *version,
        [&](std::int16_t v, wire::Buffer& buffer) { return wire::encode(request, v, buffer); },
        [then](Result<sdk::Bytes> body, std::int16_t v) {
          if (!body) return then(std::move(body).status());
          Reply<Response> reply;
          reply.version = v;
          reply.octets.assign(body->begin(), body->end());
          reply.arena = std::make_unique<base::Arena>();
          Status status = wire::decode(sdk::Bytes(reply.octets), v, *reply.arena, reply.response);
          if (!status.ok()) return then(unreadable(Request::kSchema, status));
          then(std::move(reply));
        });
  });
}

template <class Request>
void Client::send(Target target, const Request& request, std::function<void(Status)> sent, std::int16_t max_version) {
  with_broker(target, [this, request, sent = std::move(sent), max_version](Result<Broker*> broker) {
    if (!broker) return sent(std::move(broker).status());
    auto version = choose_version(**broker, Request::kSchema, max_version);
    if (!version) return sent(std::move(version).status());
    Status status;
    std::int32_t correlation_id = 0;
    auto frame = frame_of(
        **broker, static_cast<wire::ApiKey>(Request::kSchema.key), *version,
        [&](std::int16_t v, wire::Buffer& buffer) { return wire::encode(request, v, buffer); }, correlation_id, status);
    if (!status.ok()) return sent(std::move(status));
    (*broker)->connection->send_without_answer(std::move(frame), sent);
  });
}

}  // namespace barnabas::client
