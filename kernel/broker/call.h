// One request on its way through the broker: what was asked, by whom, and the way back.
//
// A handler reads the request, and answers at once or later; it answers exactly once. The request's octets are valid until the handler
// returns, or until the answer where it keeps them; the arena, the client's id and the Call itself until the answer. A handler that answers
// later keeps ref(), which knows when the connection is gone, and copies what it needs into the arena. Everything on the loop of the
// connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/arena.h"
#include "kernel/base/env.h"
#include "kernel/base/result.h"
#include "kernel/wire/api.h"
#include "kernel/wire/buffer.h"
#include "kernel/wire/codec.h"

namespace barnabas::broker {

class Shard;

// Who is on the other end of a connection.
struct Client {
  std::string listener;
  std::string address;  // without the port
  std::string principal = "User:ANONYMOUS";
};

class Call {
 public:
  // Who serves the connection: how a call ends, and what it has of the connection until then.
  class Exit {
   public:
    virtual void answered(Call& call, base::Output&& output) = 0;
    virtual void unanswered(Call& call) = 0;                       // by intention: acks=0
    virtual void closed(Call& call, std::string_view reason) = 0;  // the connection must end
    virtual std::shared_ptr<Call*> link() = 0;
    virtual bool hold(Call& call, std::uint64_t bytes) = 0;
    virtual bool hold_waiting(Call& call, std::uint64_t bytes) = 0;
    virtual void give_back(Call& call, std::uint64_t bytes) = 0;  // of what was held
    virtual void later(Call& call, std::function<void()> step) = 0;

   protected:
    ~Exit() = default;
  };

  Call(Shard& shard, Exit& exit, base::Arena& arena, const Client& client) : shard(shard), arena(arena), client(client), exit_(exit) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  Shard& shard;
  base::Arena& arena;
  const Client& client;
  std::int16_t api_key = 0;
  std::int16_t api_version = 0;
  std::int32_t correlation_id = 0;
  std::string_view client_id;
  // The request behind its header. Mutable, because a produce handler sets offsets in the batches instead of copying them.
  sdk::MutableBytes body;

  // Fills `request`, or closes the connection and returns false: nothing can be answered to octets that mean nothing. Octets behind the
  // request are passed over, as in Kafka: librdkafka before 1.4 sends four behind its ApiVersions.
  template <class Request>
  bool read(Request& request) {
    Status status = wire::decode(sdk::Bytes(body), api_version, arena, request, wire::Trailing::kAllow);
    if (status.ok()) return true;
    close(message_of(status));
    return false;
  }

  // `leases` are the records that the response refers to by number (wire::Records::chunk), in order; they are taken over.
  template <class Response>
  void answer(const Response& response, std::span<const sdk::Lease> leases = {}) {
    wire::Buffer& buffer = begin_answer();
    Status status = wire::encode(response, api_version, buffer);
    finish_answer(std::move(status), leases);
  }
  // A response that was encoded before, in the version of this request. It stays as it is until it is sent.
  void answer_encoded(const std::shared_ptr<const wire::Buffer::Block>& body);
  // A whole response, header and body, that was made elsewhere for this request's version and correlation id.
  void answer_with(sdk::Bytes response);
  void no_answer() { exit_.unanswered(*this); }
  void close(std::string_view reason) { exit_.closed(*this, reason); }

  // Survives the connection: *ref is null once there is nobody to answer, or another request is being served.
  std::shared_ptr<Call*> ref() { return exit_.link(); }
  // Counts memory outside the arena that the request keeps until it is answered. False: there is none for it now, and it is not counted.
  bool hold(std::uint64_t bytes) { return exit_.hold(*this, bytes); }
  // The same for a request that waits for what others do, maybe for long: half of all memory stays for those who come meanwhile.
  bool hold_waiting(std::uint64_t bytes) { return exit_.hold_waiting(*this, bytes); }

  // For whoever serves the connection: the handler has returned without an answer, and the octets of the request go.
  void outlive_request() { client_id = arena.copy(client_id); }

  // For work in pieces (base/piece.h). The octets of the request stay, at another place, until drop_body() or the answer: what was read
  // before points to the old one and is read again. False: there is no memory for that now.
  bool keep_body();
  void drop_body();
  // `step` runs in a later turn, unless the connection ends before.
  void go_on_later(std::function<void()> step) { exit_.later(*this, std::move(step)); }

  // Requests of this connection took long, so this one may well do too.
  bool may_take_long = false;
  // Where further requests of this connection would be served without a way between loops: it moves there after an answer, once. Null: no
  // such wish.
  base::Loop* better_loop = nullptr;
  // The loop keeps something for the connection, or it carries records, which all loops shall share in: it does not move.
  bool stays = false;
  // Called when the connection ends before the answer; what was parked for it is taken back there.
  std::function<void()> on_abandoned;

 private:
  wire::Buffer& begin_answer();
  void finish_answer(Status encoded, std::span<const sdk::Lease> leases);

  Exit& exit_;
  wire::Buffer::Frame frame_{};
  std::vector<std::uint8_t> kept_;  // a copy of the body
};

}  // namespace barnabas::broker
