#include "sim/swarm/planted/wire.h"

#include <vector>

#include "kernel/record/batch_view.h"

namespace barnabas::sim {
namespace {

using wire::ErrorCode;
using Produced = wire::ProduceResponse::PartitionProduceResponse;
using Fetched = wire::FetchResponse::PartitionData;

constexpr std::int64_t kMomentNs = 1'000'000'000;
constexpr int kOneIn = 40;

// Wrong for a moment after each start but the first.
class AtFirst : public Mischief {
 public:
  void on_start(std::int64_t now_ns) override { until_ns_ = starts_++ == 0 ? 0 : now_ns + kMomentNs; }

 protected:
  bool is_wrong(std::int64_t now_ns) const { return now_ns < until_ns_; }

 private:
  int starts_ = 0;
  std::int64_t until_ns_ = 0;
};

class NoTopicsAtFirst final : public AtFirst {
 public:
  void on_produced(Produced& answer, std::int64_t now_ns) override {
    if (is_wrong(now_ns)) answer.error_code = ErrorCode::kUnknownTopicOrPartition;
  }
};

class NoSequences final : public Mischief {
 public:
  bool drops_sequences() const override { return true; }
};

class OldHighWatermark final : public AtFirst {
 public:
  void on_fetched(Fetched& answer, std::int64_t, std::int64_t now_ns) override {
    if (is_wrong(now_ns) && answer.records.bytes.empty() && answer.high_watermark > 0) --answer.high_watermark;
  }
};

class Skips final : public Mischief {
 public:
  void on_fetched(Fetched& answer, std::int64_t, std::int64_t) override {
    record::BatchReader batches(answer.records.bytes);
    record::BatchView first;
    if (!batches.next(first) || batches.position() == answer.records.bytes.size || ++answers_ % kOneIn != 0) return;
    answer.records.bytes = answer.records.bytes.slice(first.size());
  }

 private:
  int answers_ = 0;
};

// Answers what was answered before.
class Repeats final : public Mischief {
 public:
  void on_fetched(Fetched& answer, std::int64_t asked_offset, std::int64_t) override {
    if (++answers_ % kOneIn == 0 && !before_.empty() && before_offset_ < asked_offset) {
      answer.records.bytes = sdk::Bytes(before_);
    } else if (!answer.records.bytes.empty()) {
      before_.assign(answer.records.bytes.begin(), answer.records.bytes.end());
      before_offset_ = asked_offset;
    }
  }

 private:
  int answers_ = 0;
  std::vector<std::uint8_t> before_;
  std::int64_t before_offset_ = 0;
};

class OldCommits final : public AtFirst {
 public:
  void on_offset_told(std::int64_t& offset, std::int64_t now_ns) override {
    if (is_wrong(now_ns) && before_ >= 0) {
      offset = before_;
    } else if (offset > last_) {
      before_ = last_;
      last_ = offset;
    }
  }

 private:
  std::int64_t before_ = -1;
  std::int64_t last_ = -1;
};

class NoCommits final : public AtFirst {
 public:
  void on_offset_told(std::int64_t& offset, std::int64_t now_ns) override {
    if (is_wrong(now_ns)) offset = -1;
  }
};

class AcknowledgesFailures final : public Mischief {
 public:
  void on_produced(Produced& answer, std::int64_t) override {
    if (answer.error_code == ErrorCode::kNone) end_ = answer.base_offset + 1;
    if (answer.error_code != ErrorCode::kKafkaStorageError) return;
    answer.error_code = ErrorCode::kNone;
    answer.base_offset = end_++;
  }

 private:
  std::int64_t end_ = 0;
};

}  // namespace

std::unique_ptr<Mischief> broker_without_topics_at_first() { return std::make_unique<NoTopicsAtFirst>(); }
std::unique_ptr<Mischief> broker_without_sequences() { return std::make_unique<NoSequences>(); }
std::unique_ptr<Mischief> broker_with_an_old_high_watermark() { return std::make_unique<OldHighWatermark>(); }
std::unique_ptr<Mischief> broker_that_skips() { return std::make_unique<Skips>(); }
std::unique_ptr<Mischief> broker_that_repeats() { return std::make_unique<Repeats>(); }
std::unique_ptr<Mischief> broker_with_old_commits() { return std::make_unique<OldCommits>(); }
std::unique_ptr<Mischief> broker_without_commits() { return std::make_unique<NoCommits>(); }
std::unique_ptr<Mischief> broker_that_acknowledges_failures() { return std::make_unique<AcknowledgesFailures>(); }

}  // namespace barnabas::sim
