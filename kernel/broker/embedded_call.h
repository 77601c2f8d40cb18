// A request inside another one: what a broker forwards in an Envelope is served like a client's own, and its response goes back as octets.
//
// It keeps itself until the inner call is answered. Everything on the loop of the outer call.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "kernel/broker/call.h"

namespace barnabas::broker {

class EmbeddedCall final : public Call::Exit, public std::enable_shared_from_this<EmbeddedCall> {
 public:
  // The response, header and body without the length; nothing when the inner connection would have been closed.
  using Answered = std::function<void(Call& outer, std::optional<std::vector<std::uint8_t>> response)>;

  // `request`: header and body without the length; `client` is whose it was.
  static void run(Call& outer, sdk::Bytes request, Client client, Answered answered);

  void answered(Call& call, base::Output&& output) override;
  void unanswered(Call& call) override;
  void closed(Call& call, std::string_view reason) override;
  std::shared_ptr<Call*> link() override;
  bool hold(Call& call, std::uint64_t bytes) override;
  bool hold_waiting(Call& call, std::uint64_t bytes) override;
  void give_back(Call& call, std::uint64_t bytes) override;
  void later(Call& call, std::function<void()> step) override;

  EmbeddedCall(Call& outer, sdk::Bytes request, Client client, Answered answered);

 private:
  void finish(std::optional<std::vector<std::uint8_t>> response);

  std::shared_ptr<Call*> outer_;
  std::vector<std::uint8_t> request_;
  Client client_;
  Answered answered_;
  base::Arena arena_;
  Call call_;
  std::shared_ptr<Call*> link_;
  std::shared_ptr<EmbeddedCall> self_;  // until it is answered
};

}  // namespace barnabas::broker
