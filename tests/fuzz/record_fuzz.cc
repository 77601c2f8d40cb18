// Any octets as what a produce request has for a partition, and as what a log holds: validated, read, rebuilt. Checksum and length are made
// to fit half of the time, or nothing would get past them.
#include "kernel/record/dump.h"
#include "kernel/record/record_reader.h"
#include "kernel/record/validate.h"

#include "record/real_codecs.h"

#include <cstdlib>
#include <vector>

namespace {

using namespace barnabas;
using namespace barnabas::record;

struct Bench {
  record::testing::RealCodecs codecs;
  Validator validator{codecs};
  RecordReader reader{codecs, 1 << 20};
};

void require(bool truth) {
  if (!truth) std::abort();
}

void seal(std::vector<std::uint8_t>& octets) {
  store(octets.data() + kBaseOffsetAt, std::int64_t{0});
  store(octets.data() + kLengthAt, static_cast<std::int32_t>(octets.size() - kEntryHeaderBytes));
  octets[kMagicAt] = 2;
  MutableBatchHeader(octets.data()).seal();
}

std::int64_t read(Bench& bench, const BatchView& batch) {
  std::int64_t count = 0;
  if (!bench.reader.open(batch).ok()) return -1;
  for (RecordView record; bench.reader.next(record); ++count) {
    std::size_t size = 0;
    for (const Header& header : record.headers) size += header.key.size() + (header.value ? header.value->size : 0);
    require(size <= record.headers.encoded().size);
    require(!record_line(batch, record).empty());
  }
  return bench.reader.take_status().ok() ? count : -1;
}

void validate(Bench& bench, const std::vector<std::uint8_t>& octets) {
  ValidationRules rules;
  rules.topic_partition = "t-0";
  rules.max_inflated_bytes = 1 << 20;
  rules.timestamp_after_max_ms = INT64_MAX;
  Outcome outcome = bench.validator.validate(octets, rules);
  if (outcome.verdict != Verdict::kNone) return require(!outcome.message.empty());
  // What was accepted can be read to its end, and rebuilt into any codec.
  require(read(bench, BatchView(outcome.batch)) == outcome.count);
  rules.codec = static_cast<std::int8_t>(octets.back() % 5);
  const Outcome rebuilt = bench.validator.rebuild(outcome, rules);
  if (rebuilt.verdict != Verdict::kNone) return;
  require(BatchView(rebuilt.batch).crc_valid());
  require(read(bench, BatchView(rebuilt.batch)) == outcome.count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Bench bench;
  if (size == 0) return 0;
  std::vector<std::uint8_t> octets(data + 1, data + size);
  if (data[0] % 2 == 0 && octets.size() >= kHeaderBytes) seal(octets);
  BatchReader batches(octets);
  for (BatchView batch; batches.next(batch);) {
    require(!batch_line(batch, 0).empty());
    read(bench, batch);
  }
  if (!octets.empty()) validate(bench, octets);
  return 0;
}
