// The storage in memory, but for partitions of topics whose names say what is wrong with them: "lease-size", "lease-regions",
// "append-fails", …
#include "faults.h"
#include "memory_storage.h"

#include <future>
#include <string>

namespace {

using namespace barnabas;
using sdk::Status;

// What a partition of the storage in memory does, but for one fault.
class FaultyPartition final : public sdk::PartitionStorage {
 public:
  FaultyPartition(sdk::PartitionStorage& right, std::string how) : right_(right), how_(std::move(how)) {}

  sdk::PartitionState state() noexcept override { return right_.state(); }
  void configure(const sdk::PartitionSettings& settings) noexcept override { right_.configure(settings); }
  Status append(const sdk::AppendRequest& request, sdk::AppendOutcome& outcome) noexcept override {
    if (how_ == "append-fails") return Status::internal("a fault on purpose");
    if (how_ == "append-disk") return Status::io("a fault on purpose");
    if (how_ == "append-full") return Status::exhausted("a fault on purpose");
    if (how_ == "append-forgets") return {};
    if (how_ == "append-rolled") outcome.rolled_at = -1'000'000;
    return right_.append(request, outcome);
  }
  Status flush() noexcept override { return how_ == "flush-fails" ? Status::io("a fault on purpose") : right_.flush(); }
  Status roll() noexcept override { return right_.roll(); }
  Status read(const sdk::ReadRequest& request, sdk::Lease& lease) noexcept override {
    if (how_ == "read-fails") return Status::internal("a fault on purpose");
    if (how_ == "read-nothing") return {};
    Status status = right_.read(request, lease);
    if (!status.ok() || lease.size == 0) return status;
    if (how_ == "lease-size") lease.size *= 1000;
    if (how_ == "lease-regions") lease.region_count = 1'000'000;
    if (how_ == "lease-short") lease.regions[0].size = lease.size = 5;
    if (how_ == "lease-beyond") lease.regions[0].size = lease.size = lease.regions[0].memory.size + 1'000'000;
    return status;
  }
  Status copy(std::int64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override {
    return right_.copy(offset, into, count);
  }
  Status find_by_time(std::int64_t timestamp_ms, sdk::BatchInfo& batch) noexcept override {
    if (how_ == "find-lies") return batch.base_offset = -5, batch.last_offset = 1'000'000'000, Status();
    return right_.find_by_time(timestamp_ms, batch);
  }
  Status find_latest_time(sdk::BatchInfo& batch) noexcept override { return right_.find_latest_time(batch); }
  Status add_aborted(const sdk::AbortedTransaction& transaction) noexcept override { return right_.add_aborted(transaction); }
  Status aborted(std::int64_t from, std::int64_t to, sdk::Visitor<sdk::AbortedTransaction>& visitor) noexcept override {
    return right_.aborted(from, to, visitor);
  }
  Status truncate(std::int64_t offset) noexcept override { return right_.truncate(offset); }
  Status restart(std::int64_t offset) noexcept override { return right_.restart(offset); }
  Status advance_start(std::int64_t offset) noexcept override {
    return how_ == "start-fails" ? Status::internal("a fault on purpose") : right_.advance_start(offset);
  }
  Status segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept override { return right_.segments(visitor); }
  void note_high_watermark(std::int64_t offset) noexcept override { right_.note_high_watermark(offset); }
  Status write_side(sdk::Text name, sdk::Bytes content, bool sync) noexcept override { return right_.write_side(name, content, sync); }
  Status read_side(sdk::Text name, sdk::Sink& to) noexcept override { return right_.read_side(name, to); }
  Status remove_side(sdk::Text name) noexcept override { return right_.remove_side(name); }
  Status list_sides(sdk::Visitor<sdk::Text>& visitor) noexcept override { return right_.list_sides(visitor); }

  sdk::PartitionStorage& right() { return right_; }
  const std::string& how() const { return how_; }

 private:
  sdk::PartitionStorage& right_;
  const std::string how_;
};

class FaultyStorage {
 public:
  struct Options {
    sdk::Text how = "by the topic";
    BARNABAS_OPTIONS(f) { f("how", &Options::how, "what it does wrong before there is a topic"); }
  };

  FaultyStorage(sdk::Host& host, const Options& options) : host_(host), right_(host, {}), how_(std::string(options.how)) {}

  Status identity(sdk::StorageIdentity& identity) { return right_.identity(identity); }
  Status format(const sdk::StorageFormat& format) { return right_.format(format); }
  Status start(sdk::StartOutcome& outcome) {
    faulty::misbehave(how_);
    return right_.start(outcome);
  }
  Status stop(std::int64_t broker_epoch) {
    if (how_ == "throws at the stop") throw 42;
    return right_.stop(broker_epoch);
  }
  Status directories(sdk::Visitor<sdk::DirectoryInfo>& visitor) { return right_.directories(visitor); }
  Status partitions(sdk::Visitor<sdk::StoredPartition>& visitor) { return right_.partitions(visitor); }
  Status open(const sdk::PartitionName& name, const sdk::Uuid& directory, bool create, const sdk::PartitionSettings& settings,
              sdk::PartitionStorage*& made) {
    const std::string topic(std::string_view(name.topic));
    if (topic == "open-throws") throw 42;
    if (topic == "open-fails") return Status::internal("a fault on purpose");
    if (topic == "open-nothing") return {};
    Status status = right_.open(name, directory, create, settings, made);
    if (status.ok()) made = new FaultyPartition(*made, topic);
    return status;
  }
  void close(sdk::PartitionStorage* partition) noexcept {
    auto* faulty = static_cast<FaultyPartition*>(partition);
    if (faulty->how() == "close-hangs") {
      host_.log(sdk::LogLevel::kWarn, "close hangs, a fault on purpose");
      std::promise<void>().get_future().wait();
    }
    right_.close(&faulty->right());
    delete faulty;
  }
  Status remove(sdk::PartitionStorage* partition) {
    auto* faulty = static_cast<FaultyPartition*>(partition);
    Status status = right_.remove(&faulty->right());
    delete faulty;
    return status;
  }
  Status set_aside(const sdk::StoredPartition& partition) { return right_.set_aside(partition); }
  Status checkpoint() { return right_.checkpoint(); }

 private:
  sdk::Host& host_;
  memory::MemoryStorage right_;
  const std::string how_;
};

}  // namespace

BARNABAS_PLUGIN(Storage, FaultyStorage, "faulty_storage", "1.0.0", "Wrong in the way that the name of the topic says.")
