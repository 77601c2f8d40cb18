// The network of a simulated world: who listens where, and which hosts cannot reach each other just now. On the world's one thread.
#pragma once

#include "kernel/base/env.h"
#include "sim/sim_world.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::sim {

class SimEnv;
class SimLoop;

class SimNetwork {
 public:
  explicit SimNetwork(SimWorld& world) : world_(world) {}

  // Nothing passes between two processes, by their names, until heal(): what was sent arrives then, as TCP sends it again.
  void cut(const std::string& a, const std::string& b);
  void cut_one_way(const std::string& from, const std::string& to);
  void heal(const std::string& a, const std::string& b);
  bool is_cut(const std::string& from, const std::string& to) const { return cuts_.contains({from, to}); }
  // All that this process sends and receives takes so much longer; 0: no longer.
  void slow(const std::string& name, std::int64_t extra_ns);

  // --- for the simulated parts ---

  Result<std::unique_ptr<base::Listener>> listen(SimEnv& env, const base::Address& address, base::AcceptHandler accept);
  void connect(SimLoop& loop, const base::Address& to, std::unique_ptr<base::StreamHandler> handler);
  std::int64_t latency_ns(const std::string& a, const std::string& b);
  void give_up(const SimEnv& env);  // connections that its loops are making

 private:
  class Listening;
  struct Attempt;

  Listening* find(const base::Address& to) const;
  void arrive(const std::shared_ptr<Attempt>& attempt);
  void refuse(const std::shared_ptr<Attempt>& attempt, const std::string& words);

  SimWorld& world_;
  std::map<std::pair<std::string, std::uint16_t>, Listening*> listening_;
  std::set<std::pair<std::string, std::string>> cuts_;  // from, to
  std::map<std::string, std::int64_t> slow_;
  std::vector<std::shared_ptr<Attempt>> attempts_;
  std::uint16_t next_port_ = 40000;
};

}  // namespace barnabas::sim
