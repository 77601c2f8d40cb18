// A storage for the simulation alone: `segment` with one bug in it, named by its option. What the checker of the swarm must find.
//
// Threads: as the kind says.
#include "segment_storage.h"

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace barnabas::planted {

using sdk::Status;

enum class Bug {
  kForgetsFlush,       // a flush says that everything is on the device, and nothing is
  kHidesFailedAppend,  // an append that failed is said to have succeeded
  kEmptiesSnapshots,   // a producer snapshot that says that there are no producers
  kDeletesTooMuch,     // DeleteRecords takes more than was asked for
  kKeepsRemoved,       // a topic that was deleted comes back with the next one of its name
  kShowsUnflushed,     // readers see what is behind the bound that they were given
  kSkipsBatch,         // a read leaves out a batch
};

constexpr std::pair<const char*, Bug> kBugs[] = {{"forgets-flush", Bug::kForgetsFlush},
                                                 {"hides-failed-append", Bug::kHidesFailedAppend},
                                                 {"empties-snapshots", Bug::kEmptiesSnapshots},
                                                 {"deletes-too-much", Bug::kDeletesTooMuch},
                                                 {"keeps-removed", Bug::kKeepsRemoved},
                                                 {"shows-unflushed", Bug::kShowsUnflushed},
                                                 {"skips-batch", Bug::kSkipsBatch}};

// Version 1, its checksum, no entries.
constexpr std::uint8_t kNoProducers[] = {0, 1, 0x48, 0x67, 0x4b, 0xc7, 0, 0, 0, 0};
constexpr std::int64_t kTooMuch = 3;

bool ends_with(sdk::Text text, std::string_view end) { return std::string_view(text.data, text.size).ends_with(end); }

class Partition final : public sdk::PartitionStorage {
 public:
  Partition(sdk::PartitionStorage& partition, Bug bug) : inner(partition), bug_(bug) {}
  virtual ~Partition() = default;

  sdk::PartitionState state() noexcept override { return inner.state(); }
  void configure(const sdk::PartitionSettings& settings) noexcept override { inner.configure(settings); }
  Status append(const sdk::AppendRequest& request, sdk::AppendOutcome& outcome) noexcept override {
    Status status = inner.append(request, outcome);
    if (bug_ == Bug::kHidesFailedAppend) return {};
    return status;
  }
  Status flush() noexcept override { return bug_ == Bug::kForgetsFlush ? Status() : inner.flush(); }
  Status roll() noexcept override { return inner.roll(); }
  Status read(const sdk::ReadRequest& request, sdk::Lease& lease) noexcept override {
    sdk::ReadRequest asked = request;
    if (bug_ == Bug::kShowsUnflushed) asked.upper_offset = inner.state().log_end;
    if (bug_ == Bug::kSkipsBatch && ++reads_ % 16 == 0 && request.offset + 2 < request.upper_offset) asked.offset += 2;
    return inner.read(asked, lease);
  }
  Status copy(std::int64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override { return inner.copy(offset, into, count); }
  Status find_by_time(std::int64_t timestamp_ms, sdk::BatchInfo& batch) noexcept override {
    return inner.find_by_time(timestamp_ms, batch);
  }
  Status find_latest_time(sdk::BatchInfo& batch) noexcept override { return inner.find_latest_time(batch); }
  Status add_aborted(const sdk::AbortedTransaction& transaction) noexcept override { return inner.add_aborted(transaction); }
  Status aborted(std::int64_t from, std::int64_t to, sdk::Visitor<sdk::AbortedTransaction>& visitor) noexcept override {
    return inner.aborted(from, to, visitor);
  }
  Status truncate(std::int64_t offset) noexcept override { return inner.truncate(offset); }
  Status restart(std::int64_t offset) noexcept override { return inner.restart(offset); }
  Status advance_start(std::int64_t offset) noexcept override {
    if (bug_ == Bug::kDeletesTooMuch) offset = std::min(offset + kTooMuch, inner.state().log_end);
    return inner.advance_start(offset);
  }
  Status segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept override { return inner.segments(visitor); }
  void note_high_watermark(std::int64_t offset) noexcept override { inner.note_high_watermark(offset); }
  Status write_side(sdk::Text name, sdk::Bytes content, bool sync) noexcept override {
    if (bug_ == Bug::kEmptiesSnapshots && ends_with(name, ".snapshot")) content = sdk::Bytes(kNoProducers, sizeof kNoProducers);
    return inner.write_side(name, content, sync);
  }
  Status read_side(sdk::Text name, sdk::Sink& to) noexcept override { return inner.read_side(name, to); }
  Status remove_side(sdk::Text name) noexcept override { return inner.remove_side(name); }
  Status list_sides(sdk::Visitor<sdk::Text>& visitor) noexcept override { return inner.list_sides(visitor); }

  sdk::PartitionStorage& inner;

 private:
  const Bug bug_;
  int reads_ = 0;
};

class PlantedStorage {
 public:
  struct Options {
    sdk::TextList dirs;
    sdk::Text flush = "os";
    sdk::Text bug;
    BARNABAS_OPTIONS(f) {
      f("dirs", &Options::dirs, "log directories", sdk::required());
      f("flush", &Options::flush, "as of segment", sdk::one_of("os", "ack"));
      f("bug", &Options::bug, "what is wrong with it", sdk::required());
    }
  };

  PlantedStorage(sdk::Host& host, const Options& options) : inner_(host, inner_options(options)), bug_(bug_of(options.bug)) {}

  Status identity(sdk::StorageIdentity& identity) { return inner_.identity(identity); }
  Status format(const sdk::StorageFormat& format) { return inner_.format(format); }
  Status start(sdk::StartOutcome& outcome) { return inner_.start(outcome); }
  Status stop(std::int64_t broker_epoch) { return inner_.stop(broker_epoch); }
  Status directories(sdk::Visitor<sdk::DirectoryInfo>& visitor) { return inner_.directories(visitor); }
  Status partitions(sdk::Visitor<sdk::StoredPartition>& visitor) { return inner_.partitions(visitor); }
  Status open(const sdk::PartitionName& name, const sdk::Uuid& directory, bool create, const sdk::PartitionSettings& settings,
              sdk::PartitionStorage*& made) {
    sdk::PartitionName asked = name;
    if (bug_ == Bug::kKeepsRemoved) asked.topic_id = {};
    sdk::PartitionStorage* partition = nullptr;
    if (Status status = inner_.open(asked, directory, create, settings, partition); !status) return status;
    auto outer = std::make_unique<Partition>(*partition, bug_);
    made = outer.get();
    open_[made] = std::move(outer);
    return {};
  }
  void close(sdk::PartitionStorage* partition) noexcept {
    inner_.close(&open_.at(partition)->inner);
    open_.erase(partition);
  }
  Status remove(sdk::PartitionStorage* partition) {
    if (bug_ == Bug::kKeepsRemoved) {
      close(partition);
      return {};
    }
    Status status = inner_.remove(&open_.at(partition)->inner);
    open_.erase(partition);
    return status;
  }
  Status set_aside(const sdk::StoredPartition& partition) { return inner_.set_aside(partition); }
  Status checkpoint() { return inner_.checkpoint(); }

 private:
  static segment::SegmentStorage::Options inner_options(const Options& options) {
    segment::SegmentStorage::Options inner;
    inner.dirs = options.dirs;
    inner.flush = options.flush;
    return inner;
  }
  static Bug bug_of(sdk::Text name) {
    for (const auto& [text, bug] : kBugs)
      if (std::string_view(text) == std::string_view(name.data, name.size)) return bug;
    throw std::runtime_error("there is no such bug to plant");
  }

  segment::SegmentStorage inner_;
  const Bug bug_;
  std::map<sdk::PartitionStorage*, std::unique_ptr<Partition>> open_;  // by address, never walked
};

}  // namespace barnabas::planted

using barnabas::planted::PlantedStorage;
BARNABAS_PLUGIN(Storage, PlantedStorage, "planted", "1.0.0", "For the simulation alone: segment, with one bug in it.")
