#include "kernel/node/node_sessions.h"

#include <algorithm>
#include <utility>

namespace barnabas::node {
namespace {

// How exact deadlines of connections are; a share of the shortest of them.
std::int64_t check_interval_ns(const ConnectionLimits::Settings& settings) {
  return std::clamp<std::int64_t>(std::min({settings.idle_ns, settings.request_ns, settings.send_ns}) / 4, 1'000'000, 10'000'000'000);
}

constexpr std::int64_t kStallNs = 1'000'000'000;  // what the network may need
// Whom a starved one waits for may have stalled a little later than he began to wait. No longer: when all wait, nobody else gives anything.
constexpr std::int64_t kStarvedNs = 2 * kStallNs;

}  // namespace

// A session that leaves the list of its loop by itself.
class Node::Sessions::Watched final : public Session {
 public:
  Watched(Sessions& owner, broker::Shard& shard, ConnectionPermit permit, broker::Client client)
      : Session(shard, owner.limits_, owner.answers_, owner.turns_, std::move(permit), std::move(client)),
        owner_(owner),
        number_(++owner.came_) {
    owner_.open_[number_] = this;
  }
  ~Watched() override { owner_.open_.erase(number_); }

 private:
  void ask_for_relief() override { owner_.ask_for_relief(); }
  void move_to(broker::Shard& shard, base::Stream& stream, ConnectionPermit permit, const broker::Client& client) override {
    auto held = std::make_shared<ConnectionPermit>(std::move(permit));
    stream.move_to(shard.loop, [&to = *owner_.all_[shard.loop.index()], &shard, held, client](base::Loop&, const base::Address&) {
      auto session = to.admit(shard, std::move(*held), client);
      if (session != nullptr) session->settle();
      return session;
    });
  }

  Sessions& owner_;
  const std::uint64_t number_;
};

// Whoever is one too many is closed without an answer: a client takes that for a broker that is away, and tries again later.
std::unique_ptr<base::StreamHandler> Node::Sessions::accept(broker::Shard& shard, const std::string& listener, Crowd crowd,
                                                            const base::Address& peer) {
  if (closing_) return nullptr;
  auto permit = limits_.admit(peer.host, crowd, loop_.turn_mono_ns());
  if (!permit) {
    shard.log_refusal({listener, peer.host}, message_of(permit.status()));
    return nullptr;
  }
  return admit(shard, *std::move(permit), {listener, peer.host});
}

std::unique_ptr<Node::Sessions::Watched> Node::Sessions::admit(broker::Shard& shard, ConnectionPermit permit,
                                                               const broker::Client& client) {
  if (closing_) return nullptr;
  auto session = std::make_unique<Watched>(*this, shard, std::move(permit), client);
  if (!timer_.armed()) timer_.start(check_interval_ns(limits_.settings()));
  return session;
}

// Those that are open now; some may go while others are looked after.
std::vector<std::uint64_t> Node::Sessions::open() const {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, session] : open_) numbers.push_back(number);
  return numbers;
}

void Node::Sessions::check() {
  const std::int64_t now = loop_.turn_mono_ns();
  for (const std::uint64_t number : open())
    if (const auto found = open_.find(number); found != open_.end()) found->second->check_deadlines(now);
  if (!open_.empty()) timer_.start(check_interval_ns(limits_.settings()));
}

// Memory for requests is taken from all loops: who has it and does not move may be on any of them.
void Node::Sessions::ask_for_relief() {
  if (closing_) return;
  if (!relief_.armed()) relief_.start(0);
  if (awaited_ != 0 || !is_short()) return;
  for (const auto& each : all_) {
    Sessions* other = each.get();
    if (other == this) continue;
    ++awaited_;
    base::post(other->loop_, [this, other] { other->relieve_for(*this); });
  }
}

void Node::Sessions::relieve_for(Sessions& asker) {
  if (closing_) return tell(asker);
  askers_.push_back(&asker);
  if (!relief_.armed()) relief_.start(0);
}

void Node::Sessions::tell(Sessions& asker) {
  base::post(asker.loop_, [&asker] { asker.on_told(); });
}

void Node::Sessions::on_told() {
  if (--awaited_ != 0) return;
  others_gave_all_ = true;
  if (!closing_ && !relief_.armed()) relief_.start(0);
}

// In pieces: giving back what one has may take as long as a piece.
void Node::Sessions::relieve() {
  const base::Piece piece(loop_.clock());
  if (answers_.is_used_up()) relieve_answers(piece);
  if (!relieve_requests(piece)) relief_.start(0);
}

std::vector<Node::Sessions::Watched*> Node::Sessions::longest_waiting(const std::function<std::int64_t(Watched&)>& since_ns) {
  std::vector<std::pair<std::int64_t, Watched*>> waiting;
  for (const auto& [number, session] : open_)
    if (const std::int64_t since = since_ns(*session); since != 0) waiting.emplace_back(since, session);
  std::stable_sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Watched*> sessions;
  for (const auto& [since, session] : waiting) sessions.push_back(session);
  return sessions;
}

void Node::Sessions::relieve_answers(const base::Piece& piece) {
  const auto behind = longest_waiting([](Watched& session) { return session.behind_since_ns(); });
  for (Watched* session : behind) {
    if (answers_.is_relieved()) return;
    session->end_for_memory("it does not take its answers, and the memory for answers is used up");
    if (piece.is_over()) return relief_.start(0);
  }
}

// Who waits for memory himself cannot send: he comes behind all others, of every loop. False: the piece is over, and more is to be done.
bool Node::Sessions::relieve_requests(const base::Piece& piece) {
  if (!end_stalled(piece, false)) return false;
  for (Sessions* asker : std::exchange(askers_, {})) tell(*asker);
  if ((all_.size() == 1 || others_gave_all_) && !end_stalled(piece, true)) return false;
  others_gave_all_ = false;
  return true;
}

bool Node::Sessions::is_short() const { return limits_.memory_bytes() > limits_.settings().request_memory_bytes / 4 * 3; }

// Those who send nothing more hold up everybody else who has something large to send. False: the piece is over.
bool Node::Sessions::end_stalled(const base::Piece& piece, bool starved) {
  if (!is_short()) return true;
  const std::int64_t until = loop_.turn_mono_ns() - (starved ? kStarvedNs : kStallNs);
  const auto stalled =
      longest_waiting([starved](Watched& session) { return session.is_starved() == starved ? session.stalled_since_ns() : 0; });
  for (Watched* session : stalled) {
    if (!is_short() || session->stalled_since_ns() > until) return true;
    session->end_for_memory(
        "a request has not come any further for a second, and the memory for requests is used up (queued.max.request.bytes)");
    if (piece.is_over()) return false;
  }
  return true;
}

void Node::Sessions::close_all() {
  closing_ = true;
  timer_.cancel();
  relief_.cancel();
  for (const std::uint64_t number : open())
    if (const auto found = open_.find(number); found != open_.end()) found->second->close();
}

}  // namespace barnabas::node
