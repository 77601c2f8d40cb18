// What a reader gets of a storage that fails while it is read: an error, and no octets beside it.
#include "kernel/log/log_fixture.h"
#include "kernel/log/null_storage.h"

namespace barnabas::log {
namespace {

// Its leases have nothing to release.
class FailingPartition final : public NullPartition {
 public:
  enum class Fails { kNothing, kRead, kLease, kAborted };

  sdk::Status read(const sdk::ReadRequest& request, sdk::Lease& lease) noexcept override {
    sdk::Status status = NullPartition::read(request, lease);
    if (fails == Fails::kLease) ++lease.size;
    return fails == Fails::kRead ? sdk::Status::corrupt("the batch is broken") : std::move(status);
  }
  sdk::Status aborted(std::int64_t, std::int64_t, sdk::Visitor<sdk::AbortedTransaction>& visitor) noexcept override {
    if (fails == Fails::kAborted) visitor.visit({.producer_id = 1});
    return fails == Fails::kAborted ? sdk::Status::corrupt("the index is broken") : sdk::Status();
  }

  Fails fails = Fails::kNothing;
};

TEST(FailedRead, GivesNoOctets) {
  using Fails = FailingPartition::Fails;
  FailingPartition storage;
  OpenReport report;
  const auto log = *PartitionLog::open("topic", 0, {}, storage, {}, 0, report);
  ASSERT_TRUE(log->become_leader({.epoch = 0, .replica_id = 1}).ok());
  Octets batch = make_batch({});
  ASSERT_EQ(log->append_as_leader({.batches = {batch.data(), batch.size()}}).error, ErrorCode::kNone);
  std::vector<AbortedProducer> aborted;
  const auto read = [&](Fails fails) {
    storage.fails = fails;
    return log->read({.max_bytes = 1 << 20, .isolation = Isolation::kLastStable}, aborted);
  };

  EXPECT_NE(read(Fails::kNothing).lease.size, 0u);
  for (const auto& [fails, error] : {std::pair(Fails::kRead, ErrorCode::kCorruptMessage),
                                     {Fails::kLease, ErrorCode::kUnknownServerError},
                                     {Fails::kAborted, ErrorCode::kCorruptMessage}}) {
    const LogReadOutcome outcome = read(fails);
    EXPECT_EQ(outcome.error, error) << message_of(outcome.status);
    EXPECT_EQ(outcome.lease.size, 0u) << message_of(outcome.status);
    EXPECT_TRUE(aborted.empty()) << message_of(outcome.status);
  }
}

}  // namespace
}  // namespace barnabas::log
