#include "kernel/broker/refusal_log.h"

#include <algorithm>
#include <utility>

namespace barnabas::broker {
namespace {

constexpr std::int64_t kLineNs = 1'000'000'000;
constexpr std::int64_t kLinesAtOnce = 10;
constexpr std::int64_t kPeerNs = 10'000'000'000;

}  // namespace

std::optional<std::uint64_t> RefusalLog::note(std::string_view peer, std::int64_t now_ns) {
  auto found = peers_.find(std::string(peer));
  if (found == peers_.end()) {
    if (peers_.size() >= kMostPeers) forget_old(now_ns);
    found = peers_.try_emplace(std::string(peer)).first;
  }
  Peer& known = found->second;
  if ((known.told_ns != 0 && now_ns - known.told_ns < kPeerNs) || !has_line(now_ns)) {
    ++known.untold;
    return std::nullopt;
  }
  known.told_ns = now_ns;
  return std::exchange(known.untold, 0);
}

bool RefusalLog::has_line(std::int64_t now_ns) {
  lines_from_ns_ = std::max(lines_from_ns_, now_ns - kLinesAtOnce * kLineNs);
  if (now_ns - lines_from_ns_ < kLineNs) return false;
  lines_from_ns_ += kLineNs;
  return true;
}

// A flood from many addresses costs their counts, not the memory of them.
void RefusalLog::forget_old(std::int64_t now_ns) {
  std::erase_if(peers_, [&](const auto& peer) { return now_ns - peer.second.told_ns >= kPeerNs; });
  if (peers_.size() >= kMostPeers) peers_.clear();
}

}  // namespace barnabas::broker
