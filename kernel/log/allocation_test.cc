// The hot paths allocate nothing once their memory is there.
#include "kernel/log/log_fixture.h"
#include "kernel/log/null_storage.h"

#include <cstdlib>
#include <new>

namespace {
thread_local std::size_t allocations = 0;
}

// Counts for the whole test program; tests look at differences.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace barnabas::log {
namespace {

class HotPath : public ::testing::Test {
 protected:
  HotPath() {
    OpenReport report;
    log_ = *PartitionLog::open("topic", 0, {}, storage_, {}, 0, report);
    EXPECT_TRUE(log_->become_leader({.epoch = 0, .replica_id = 1}).ok());
  }
  template <class Call>
  std::size_t counted(Call&& call) {
    for (int i = 0; i < 10; ++i) call();
    const std::size_t before = allocations;
    for (int i = 0; i < 1000; ++i) call();
    return allocations - before;
  }
  NullPartition storage_;
  std::shared_ptr<PartitionLog> log_;
};

TEST_F(HotPath, AppendWithoutProducer) {
  Octets octets = make_batch({.records = 100});
  EXPECT_EQ(counted([&] { ASSERT_EQ(log_->append_as_leader({.batches = {octets.data(), octets.size()}}).error, ErrorCode::kNone); }), 0u);
}

TEST_F(HotPath, IdempotentAppend) {
  Octets octets = make_batch({.records = 10, .producer_id = 7, .epoch = 0, .sequence = 0});
  std::int32_t sequence = 0;
  EXPECT_EQ(counted([&] {
              record::store(octets.data() + record::kBaseSequenceAt, sequence);
              sequence += 10;
              const AppendOutcome outcome = log_->append_as_leader({.batches = {octets.data(), octets.size()}});
              ASSERT_EQ(outcome.error, ErrorCode::kNone);
              ASSERT_FALSE(outcome.duplicate);
            }),
            0u);
}

TEST_F(HotPath, Repeat) {
  Octets octets = make_batch({.producer_id = 7, .epoch = 0, .sequence = 0});
  EXPECT_EQ(counted([&] { ASSERT_EQ(log_->append_as_leader({.batches = {octets.data(), octets.size()}}).error, ErrorCode::kNone); }), 0u);
  EXPECT_EQ(log_->log_end(), 1);
}

TEST_F(HotPath, Read) {
  Octets octets = make_batch({.records = 100});
  ASSERT_EQ(log_->append_as_leader({.batches = {octets.data(), octets.size()}}).error, ErrorCode::kNone);
  std::vector<AbortedProducer> aborted;
  for (const Isolation isolation : {Isolation::kLogEnd, Isolation::kHighWatermark, Isolation::kLastStable})
    EXPECT_EQ(counted([&] { ASSERT_EQ(log_->read({.max_bytes = 1 << 20, .isolation = isolation}, aborted).lease.size, 1024u); }), 0u);
}

}  // namespace
}  // namespace barnabas::log
