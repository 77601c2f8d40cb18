// Any octets as what a produce request has for a partition, and as what a log holds: validated, read, rebuilt. Checksum and length are made
// to fit half of the time, or nothing would get past them.
#include "kernel/record/dump.h"
#include "kernel/record/record_reader.h"
#include "kernel/record/validate.h"

#include <vector>

#include "fuzz/require.h"
#include "fuzz/seal.h"
#include "record/real_codecs.h"

namespace {

using namespace barnabas;
using namespace barnabas::record;
using fuzz::require;

// It goes on with each look, so that whatever can be cut is.
struct LookedAt final : sdk::Clock {
  std::int64_t mono_ns() noexcept override { return ++now_ns; }
  std::int64_t wall_ms() noexcept override { return 0; }
  std::int64_t now_ns = 0;
};

struct Bench {
  record::testing::RealCodecs codecs;
  Validator validator{codecs};
  Validator in_pieces{codecs};
  LookedAt clock;
  RecordReader reader{codecs, 1 << 20};
};

std::int64_t read(Bench& bench, const BatchView& batch) {
  std::int64_t count = 0;
  if (!bench.reader.open(batch).ok()) return -1;
  for (RecordView record; bench.reader.next(record); ++count) {
    std::size_t size = 0;
    for (const Header& header : record.headers) size += header.key.size() + (header.value ? header.value->size : 0);
    require(size <= record.headers.encoded().size, "headers are larger than their octets");
    require(!record_line(batch, record).empty(), "a record has no line");
  }
  return bench.reader.take_status().ok() ? count : -1;
}

void validate(Bench& bench, const std::vector<std::uint8_t>& octets) {
  ValidationRules rules;
  rules.topic_partition = "t-0";
  rules.max_inflated_bytes = 1 << 20;
  rules.timestamp_after_max_ms = INT64_MAX;
  rules.codec = static_cast<std::int8_t>(octets.back() % 5);
  Outcome outcome = bench.validator.validate(octets, rules);
  bench.in_pieces.begin(octets, rules);
  while (!bench.in_pieces.advance(base::Piece(bench.clock, 1))) {
  }
  const Outcome other = bench.in_pieces.take_outcome(rules.now_ms);
  require(other.verdict == outcome.verdict && other.message == outcome.message && other.inflated_bytes == outcome.inflated_bytes &&
              other.rebuild == outcome.rebuild && other.max_timestamp_ms == outcome.max_timestamp_ms,
          "in pieces, something else comes of it");
  if (outcome.verdict != Verdict::kNone) return require(!outcome.message.empty(), "a refusal does not say why");
  // What was accepted can be read to its end, and rebuilt into any codec, its own too.
  require(read(bench, BatchView(outcome.batch)) == outcome.count, "an accepted batch cannot be read");
  const Outcome rebuilt = bench.validator.rebuild(outcome);
  if (rebuilt.verdict != Verdict::kNone) return;
  require(BatchView(rebuilt.batch).crc_valid(), "a rebuilt batch has a wrong checksum");
  require(read(bench, BatchView(rebuilt.batch)) == outcome.count, "a rebuilt batch cannot be read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Bench bench;
  if (size == 0) return 0;
  std::vector<std::uint8_t> octets(data + 1, data + size);
  if (data[0] % 2 == 0 && octets.size() >= kHeaderBytes) fuzz::seal(octets);
  BatchReader batches(octets);
  for (BatchView batch; batches.next(batch);) {
    require(!batch_line(batch, 0).empty(), "a batch has no line");
    read(bench, batch);
  }
  if (!octets.empty()) validate(bench, octets);
  return 0;
}
