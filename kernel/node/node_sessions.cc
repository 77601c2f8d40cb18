#include "kernel/node/node_sessions.h"

#include <algorithm>

namespace barnabas::node {
namespace {

// How exact deadlines of connections are; a share of the shortest of them.
std::int64_t check_interval_ns(const ConnectionLimits::Settings& settings) {
  return std::clamp<std::int64_t>(std::min({settings.idle_ns, settings.request_ns, settings.send_ns}) / 4, 1'000'000, 10'000'000'000);
}

}  // namespace

// A session that leaves the list of its loop by itself.
class Node::Sessions::Watched final : public Session {
 public:
  Watched(Sessions& owner, broker::Shard& shard, ConnectionPermit permit, broker::Client client)
      : Session(shard, owner.limits_, std::move(permit), std::move(client)), owner_(owner) {
    owner_.open_.insert(this);
  }
  ~Watched() override { owner_.open_.erase(this); }

 private:
  void move_to(broker::Shard& shard, base::Stream& stream, ConnectionPermit permit, const broker::Client& client) override {
    auto held = std::make_shared<ConnectionPermit>(std::move(permit));
    stream.move_to(shard.loop, [&to = *owner_.all_[shard.loop.index()], &shard, held, client](base::Loop&, const base::Address&) {
      auto session = to.admit(shard, std::move(*held), client);
      if (session != nullptr) session->settle();
      return session;
    });
  }

  Sessions& owner_;
};

std::unique_ptr<base::StreamHandler> Node::Sessions::accept(broker::Shard& shard, const std::string& listener, const base::Address& peer) {
  if (closing_) return nullptr;
  ConnectionPermit permit = limits_.admit(peer.host);
  if (!permit) {
    shard.log_refusal({listener, peer.host}, "too many connections (max.connections, max.connections.per.ip)");
    return nullptr;
  }
  return admit(shard, std::move(permit), {listener, peer.host});
}

std::unique_ptr<Node::Sessions::Watched> Node::Sessions::admit(broker::Shard& shard, ConnectionPermit permit,
                                                               const broker::Client& client) {
  if (closing_) return nullptr;
  auto session = std::make_unique<Watched>(*this, shard, std::move(permit), client);
  if (!timer_.armed()) timer_.start(check_interval_ns(limits_.settings()));
  return session;
}

void Node::Sessions::check() {
  const std::int64_t now = loop_.turn_mono_ns();
  const std::vector<Watched*> open(open_.begin(), open_.end());
  for (Watched* session : open)
    if (open_.contains(session)) session->check_deadlines(now);
  if (!open_.empty()) timer_.start(check_interval_ns(limits_.settings()));
}

void Node::Sessions::close_all() {
  closing_ = true;
  timer_.cancel();
  const std::vector<Watched*> open(open_.begin(), open_.end());
  for (Watched* session : open)
    if (open_.contains(session)) session->close();
}

}  // namespace barnabas::node
