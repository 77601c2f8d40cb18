#include "kernel/quorum/snapshot_octets.h"

#include <fmt/format.h>

#include "kernel/record/metadata_batch.h"

namespace barnabas::quorum {

Result<std::vector<sdk::Bytes>> snapshot_records(sdk::Bytes octets) {
  std::vector<sdk::Bytes> all;
  record::BatchReader batches(octets);
  bool ended = false;
  for (record::BatchView batch; !ended && batches.next(batch);) {
    if (batch.magic() != 2 || !batch.crc_valid())
      return Status::corrupt(fmt::format("the snapshot's batch before octet {} has a wrong checksum", batches.position()));
    if (batch.control()) {
      const auto footer = record::is_snapshot_footer(batch);
      if (!footer) return footer.status().copy();
      ended = *footer;
      continue;
    }
    const auto records = record::metadata_records(batch);
    if (!records) return records.status().copy();
    all.insert(all.end(), records->begin(), records->end());
  }
  if (!ended) return Status::corrupt("the snapshot ends without its footer");
  return all;
}

}  // namespace barnabas::quorum
