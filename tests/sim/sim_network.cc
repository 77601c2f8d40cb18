#include "sim/sim_network.h"

#include "sim/sim_env.h"
#include "sim/sim_stream.h"

namespace barnabas::sim {

namespace {

constexpr std::int64_t kRetryNs = 200'000'000;
constexpr std::int64_t kConnectLimitNs = 10'000'000'000;

std::string plain(const std::string& host) { return host == "localhost" || host == "::1" ? "127.0.0.1" : host; }

bool is_wildcard(const std::string& host) { return host.empty() || host == "0.0.0.0" || host == "::"; }

}  // namespace

class SimNetwork::Listening final : public base::Listener {
 public:
  Listening(SimNetwork& network, SimEnv& env, const base::Address& address, base::AcceptHandler accept)
      : network_(network), env_(env), address_(address), accept_(std::move(accept)) {
    network_.listening_[{at(), address_.port}] = this;
  }
  ~Listening() override { network_.listening_.erase({at(), address_.port}); }

  const base::Address& address() const override { return address_; }
  std::string at() const { return is_wildcard(address_.host) ? env_.host() : plain(address_.host); }
  SimEnv& env() { return env_; }
  std::unique_ptr<base::StreamHandler> accept(SimLoop& loop, const base::Address& peer) { return accept_(loop, peer); }

 private:
  SimNetwork& network_;
  SimEnv& env_;
  base::Address address_;
  base::AcceptHandler accept_;
};

// A connection being made.
struct SimNetwork::Attempt {
  SimLoop& loop;
  base::Address to;
  base::Address from;
  std::unique_ptr<base::StreamHandler> handler;
  std::int64_t give_up_ns;
};

void SimNetwork::cut(const std::string& a, const std::string& b) {
  cut_one_way(a, b);
  cut_one_way(b, a);
}

void SimNetwork::cut_one_way(const std::string& from, const std::string& to) {
  world_.note("cut " + from + " " + to);
  cuts_.insert({from, to});
}

void SimNetwork::heal(const std::string& a, const std::string& b) {
  world_.note("heal " + a + " " + b);
  cuts_.erase({a, b});
  cuts_.erase({b, a});
}

void SimNetwork::slow(const std::string& name, std::int64_t extra_ns) {
  world_.note("slow " + name + " " + std::to_string(extra_ns));
  if (extra_ns == 0) {
    slow_.erase(name);
  } else {
    slow_[name] = extra_ns;
  }
}

std::int64_t SimNetwork::latency_ns(const std::string& a, const std::string& b) {
  std::int64_t extra = 0;
  for (const std::string* name : {&a, &b})
    if (const auto found = slow_.find(*name); found != slow_.end()) extra += found->second;
  return extra + world_.between(world_.rules().latency_min_ns, world_.rules().latency_max_ns);
}

Result<std::unique_ptr<base::Listener>> SimNetwork::listen(SimEnv& env, const base::Address& address, base::AcceptHandler accept) {
  base::Address bound = address;
  if (bound.port == 0) bound.port = next_port_++;
  const std::string at = is_wildcard(bound.host) ? env.host() : plain(bound.host);
  if (listening_.contains({at, bound.port})) {
    return Status::exhausted("cannot listen on " + to_string(bound) + ": another program, perhaps another broker, already listens there");
  }
  return std::unique_ptr<base::Listener>(std::make_unique<Listening>(*this, env, bound, std::move(accept)));
}

SimNetwork::Listening* SimNetwork::find(const base::Address& to) const {
  const auto found = listening_.find({plain(to.host), to.port});
  return found == listening_.end() || found->second->env().is_down() ? nullptr : found->second;
}

void SimNetwork::connect(SimLoop& loop, const base::Address& to, std::unique_ptr<base::StreamHandler> handler) {
  world_.note(loop.name() + " connects to " + to_string(to));
  const base::Address from{loop.env().host(), next_port_++};
  auto attempt = std::make_shared<Attempt>(Attempt{loop, to, from, std::move(handler), world_.now_ns() + kConnectLimitNs});
  attempts_.push_back(attempt);
  world_.at(world_.now_ns() + latency_ns(loop.env().name(), {}), loop, [this, attempt] { arrive(attempt); });
}

void SimNetwork::arrive(const std::shared_ptr<Attempt>& attempt) {
  SimLoop& loop = attempt->loop;
  if (attempt->handler == nullptr) return;  // given up
  Listening* listening = find(attempt->to);
  const auto is_apart = [&](const std::string& server) { return is_cut(loop.env().name(), server) || is_cut(server, loop.env().name()); };
  if (loop.env().is_down() || (listening != nullptr && is_apart(listening->env().name()))) {
    if (world_.now_ns() >= attempt->give_up_ns) return refuse(attempt, "Connection timed out");
    world_.at(world_.now_ns() + kRetryNs, loop, [this, attempt] { arrive(attempt); });
    return;
  }
  if (listening == nullptr) return refuse(attempt, "Connection refused");

  std::erase(attempts_, attempt);
  SimLoop& server = listening->env().any_loop();
  auto link = std::make_shared<SimLink>(world_, loop.env(), listening->env());
  SimStream& client = loop.adopt(std::make_unique<SimStream>(loop, link, 0, std::move(attempt->handler), attempt->to));
  std::unique_ptr<base::StreamHandler> handler;
  world_.run_on(server, [&] { handler = listening->accept(server, attempt->from); });
  if (handler == nullptr) {
    client.open();
    link->send_end(1);
    return;
  }
  SimStream& accepted = server.adopt(std::make_unique<SimStream>(server, link, 1, std::move(handler), attempt->from));
  world_.run_on(server, [&] { accepted.open(); });
  client.open();
}

void SimNetwork::refuse(const std::shared_ptr<Attempt>& attempt, const std::string& words) {
  std::erase(attempts_, attempt);
  const auto handler = std::move(attempt->handler);
  handler->on_closed(Status::unavailable("cannot connect to " + to_string(attempt->to) + ": " + words));
}

void SimNetwork::give_up(const SimEnv& env) {
  const auto attempts = attempts_;
  for (const auto& attempt : attempts) {
    if (&attempt->loop.env() == &env) world_.run_on(attempt->loop, [&] { refuse(attempt, "the program is stopping"); });
  }
}

}  // namespace barnabas::sim
