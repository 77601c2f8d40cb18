// One reading of a home's partition: every record of every batch, the newest of each key told at the end.
//
// Offsets that a transaction committed wait for its marker, and count only when nothing newer was written meanwhile. What cannot be
// understood is passed over and counted; a batch that is damaged ends the reading. [executor of the host]
#pragma once

#include <barnabas/sdk/internal_topic.h>

#include "kernel/base/arena.h"
#include "kernel/record/record_reader.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace barnabas::offsets_topic {

class TopicLoad final : public sdk::BatchSink {
 public:
  explicit TopicLoad(const record::Codecs& codecs) : reader_(codecs) {}

  sdk::Status on_batches(sdk::Bytes batches) noexcept override;
  // What is there, from where the last call ended; so many keys at most. True: that was all. Nothing is added any more.
  bool tell(sdk::OffsetLoad& load, std::size_t most);
  std::uint64_t passed_over() const { return passed_over_; }

 private:
  struct Newest {
    std::int64_t at = -1;  // its offset in the partition
    bool has_value = false;
    std::string value;
  };
  using Keys = std::unordered_map<std::string, Newest>;

  Status add(const record::BatchView& batch);
  void end_transaction(std::int64_t producer_id, bool commit);
  static void put(Keys& keys, std::string key, Newest newest);

  void tell_one(const std::string& key, const Newest& newest, sdk::OffsetLoad& load);

  record::RecordReader reader_;
  Keys keys_;
  std::optional<Keys::const_iterator> next_;        // to be told
  std::unordered_map<std::int64_t, Keys> pending_;  // by producer id
  base::Arena arena_;
  std::uint64_t passed_over_ = 0;
};

}  // namespace barnabas::offsets_topic
