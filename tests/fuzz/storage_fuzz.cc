// Whatever lies in a log directory, opening it ends in a log that can be read, appended to, stopped and opened again, or in a refusal.
//
// The input is a list of files: which one, how many octets, the octets.
#include <barnabas/testing/storage_kit.h>

namespace barnabas::testing {
namespace {

constexpr const char* kNames[] = {"t-0/00000000000000000000.log",
                                  "t-0/00000000000000000005.log",
                                  "t-0/00000000000000000000.index",
                                  "t-0/00000000000000000000.timeindex",
                                  "t-0/00000000000000000000.txnindex",
                                  "t-0/00000000000000000005.index",
                                  "t-0/00000000000000000005.timeindex",
                                  "t-0/00000000000000000000.log.swap",
                                  "t-0/00000000000000000005.log.cleaned",
                                  "t-0/partition.metadata",
                                  "recovery-point-offset-checkpoint",
                                  "log-start-offset-checkpoint",
                                  "replication-offset-checkpoint",
                                  "meta.properties",
                                  ".kafka_cleanshutdown",
                                  "t-0/leader-epoch-checkpoint"};
constexpr sdk::Text kDir[] = {"/data"};

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// Walks the log as a consumer does. Damaged batches in a directory that claims to be clean may end it early.
std::int64_t walk(sdk::PartitionStorage& partition) {
  const sdk::PartitionState state = partition.state();
  require(state.log_start <= state.log_end && state.high_watermark <= state.log_end, "the positions contradict each other");
  std::int64_t batches = 0;
  std::vector<std::uint8_t> buffer(1 << 16);
  for (std::int64_t offset = state.log_start; offset < state.log_end && batches < 1000; ++batches) {
    sdk::Lease lease;
    const sdk::Status status = partition.read({offset, state.log_end, 1, true}, lease);
    if (!status || lease.size == 0) break;
    std::uint8_t header[61] = {};
    std::size_t count = 0;
    (void)lease.regions[0].file->read_at(lease.regions[0].position, {header, sizeof header}, count);
    give_back(lease);
    std::int64_t base = 0;
    for (int i = 0; i < 8; ++i) base = base << 8 | header[i];
    std::int64_t delta = 0;
    for (int i = 23; i < 27; ++i) delta = delta << 8 | header[i];
    const std::int64_t next = header[16] == 2 ? base + delta + 1 : base + 1;
    require(next > offset, "a read goes back");
    std::size_t copied = 0;
    (void)partition.copy(offset, {buffer.data(), buffer.size()}, copied);
    offset = next;
  }
  sdk::BatchInfo info;
  (void)partition.find_by_time(1000, info);
  (void)partition.find_latest_time(info);
  Collect<sdk::SegmentInfo> segments;
  (void)partition.segments(segments);
  Collect<sdk::AbortedTransaction> aborted;
  (void)partition.aborted(0, INT64_MAX, aborted);
  return batches;
}

void run(const std::uint8_t* data, std::size_t size) {
  StorageMachine machine(std::vector<sdk::Setting>{{"dirs", {}, {kDir, 1}}});
  bool all_checked = true;  // no file says that some batches need no look
  while (size >= 3) {
    all_checked = all_checked && data[0] % std::size(kNames) != 10 && data[0] % std::size(kNames) != 14;
    const char* name = kNames[data[0] % std::size(kNames)];
    const std::size_t count = std::min<std::size_t>(std::size_t{data[1]} << 8 | data[2], size - 3);
    machine.disk.put(std::string("/data/") + name, {data + 3, data + 3 + count});
    data += 3 + count;
    size -= 3 + count;
  }
  sdk::PartitionStorage* partition = nullptr;
  if (!machine.start() || !machine.open("t", 0, partition)) return;
  const std::int64_t batches = walk(*partition);
  const sdk::PartitionState state = partition->state();
  if (state.log_end > INT64_MAX - 1000 || !append(*partition, {batch(state.log_end, 3)})) return;
  require(partition->state().log_end == state.log_end + 3, "an append does not end where it should");
  machine.storage().close(partition);
  require(bool(machine.stop()), "the storage does not stop");
  require(bool(machine.start()), "the storage does not start again");
  require(bool(machine.open("t", 0, partition, false)), "the partition does not open again");
  require(partition->state().log_end == state.log_end + 3, "the log ends elsewhere after a stop");
  const std::int64_t batches_now = walk(*partition);
  require(!all_checked || batches_now == batches + 1 || batches >= 999, "the log has other batches after a stop");
}

}  // namespace
}  // namespace barnabas::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  barnabas::testing::run(data, size);
  return 0;
}
