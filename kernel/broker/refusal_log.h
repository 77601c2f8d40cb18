// Which refusals of connections are written down: the first of a peer at once, then one in ten seconds with the count of those between;
// and of all peers together no more than ten at once and one a second after that, so that nobody fills the log. Everything on one loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace barnabas::broker {

class RefusalLog {
 public:
  // Nothing: this one is only counted. Else how many of that peer were only counted before it.
  std::optional<std::uint64_t> note(std::string_view peer, std::int64_t now_ns);

 private:
  struct Peer {
    std::int64_t told_ns = 0;  // 0: never
    std::uint64_t untold = 0;
  };
  static constexpr std::size_t kMostPeers = 1000;

  bool has_line(std::int64_t now_ns);
  void forget_old(std::int64_t now_ns);

  std::unordered_map<std::string, Peer> peers_;
  std::int64_t lines_from_ns_ = 0;  // when the budget of lines was empty, had nobody used it
};

}  // namespace barnabas::broker
