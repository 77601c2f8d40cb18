// Transactional writes that wait for the coordinator's word that their partition is in the transaction (KIP-890). Pure; the partition log's
// mutex guards it.
//
// A token ties the coordinator's answer to the append: a marker or a batch of the producer in between makes it void, so a late write can
// not begin a transaction that already ended.
#pragma once

#include <cstdint>
#include <unordered_map>

namespace barnabas::log {

class Verifications {
 public:
  std::uint64_t begin(std::int64_t producer_id, std::int16_t epoch, std::int32_t base_sequence);
  bool holds(std::int64_t producer_id, std::uint64_t token) const;
  // The lowest sequence seen while the verification is under way; -1: none is.
  std::int32_t lowest_sequence(std::int64_t producer_id) const;
  void end(std::int64_t producer_id) {
    if (!waiting_.empty()) waiting_.erase(producer_id);
  }
  void clear() { waiting_.clear(); }
  // Called from time to time: forgets what was there at the last call already.
  void expire();

 private:
  struct Waiting {
    std::uint64_t token = 0;
    std::int32_t lowest_sequence = 0;
    std::int16_t epoch = 0;
    bool old = false;
  };

  std::uint64_t next_token_ = 1;
  std::unordered_map<std::int64_t, Waiting> waiting_;
};

}  // namespace barnabas::log
