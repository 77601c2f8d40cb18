// The connections of one loop: admitted, watched for idleness and slowness, closed together. Everything on the loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "kernel/node/node.h"
#include "kernel/node/session.h"

namespace barnabas::node {

class Node::Sessions {
 public:
  // `all`: those of every loop, this one at its own index; `answer_bytes`: what answers of this loop may hold.
  Sessions(base::Loop& loop, ConnectionLimits& limits, std::uint64_t answer_bytes, const std::vector<std::unique_ptr<Sessions>>& all)
      : loop_(loop),
        limits_(limits),
        answers_(answer_bytes),
        turns_(loop),
        all_(all),
        timer_(loop, [this] { check(); }),
        relief_(loop, [this] { relieve(); }) {}

  // Null when there are too many already.
  std::unique_ptr<base::StreamHandler> accept(broker::Shard& shard, const std::string& listener, Crowd crowd, const base::Address& peer);
  void close_all();

 private:
  class Watched;

  // Null when the loop is being left.
  std::unique_ptr<Watched> admit(broker::Shard& shard, ConnectionPermit permit, const broker::Client& client);
  void check();
  void relieve();
  void relieve_answers(const base::Piece& piece);
  bool relieve_requests(const base::Piece& piece);
  bool end_stalled(const base::Piece& piece, bool starved);
  bool is_short() const;
  void ask_for_relief();
  void relieve_for(Sessions& asker);
  void tell(Sessions& asker);
  void on_told();
  std::vector<std::uint64_t> open() const;
  std::vector<Watched*> longest_waiting(const std::function<std::int64_t(Watched&)>& since_ns);

  base::Loop& loop_;
  ConnectionLimits& limits_;
  AnswerMemory answers_;
  Turns turns_;
  const std::vector<std::unique_ptr<Sessions>>& all_;
  base::Timer timer_;   // runs only while there are connections
  base::Timer relief_;  // runs only when memory is used up
  // Relief of memory for requests: loops that asked this one, how many of those that it asked have not answered, whether all just did.
  std::vector<Sessions*> askers_;
  std::size_t awaited_ = 0;
  bool others_gave_all_ = false;
  std::map<std::uint64_t, Watched*> open_;  // in the order in which they came, so that the same events are the same run
  std::uint64_t came_ = 0;
  bool closing_ = false;
};

}  // namespace barnabas::node
