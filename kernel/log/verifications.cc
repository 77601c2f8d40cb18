#include "kernel/log/verifications.h"

namespace barnabas::log {

std::uint64_t Verifications::begin(std::int64_t producer_id, std::int16_t epoch, std::int32_t base_sequence) {
  const auto [at, made] = waiting_.try_emplace(producer_id);
  Waiting& waiting = at->second;
  if (made) waiting.token = next_token_++;
  if (made || epoch > waiting.epoch) {
    waiting.epoch = epoch;
    waiting.lowest_sequence = base_sequence;
  } else if (epoch == waiting.epoch && base_sequence < waiting.lowest_sequence) {
    waiting.lowest_sequence = base_sequence;
  }
  waiting.old = false;
  return waiting.token;
}

bool Verifications::holds(std::int64_t producer_id, std::uint64_t token) const {
  const auto at = waiting_.find(producer_id);
  return at != waiting_.end() && at->second.token == token;
}

std::int32_t Verifications::lowest_sequence(std::int64_t producer_id) const {
  if (waiting_.empty()) return -1;
  const auto at = waiting_.find(producer_id);
  return at == waiting_.end() ? -1 : at->second.lowest_sequence;
}

void Verifications::expire() {
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    if (at->second.old) {
      at = waiting_.erase(at);
    } else {
      at->second.old = true;
      ++at;
    }
  }
}

}  // namespace barnabas::log
