#include "tools/barnabas/produce/batch_part.h"

#include "kernel/record/record_reader.h"

namespace barnabas::tools {

Status copy_part(sdk::Bytes batch, const record::Codecs& codecs, std::int32_t from, std::int32_t count, record::BatchBuilder& into) {
  record::BatchReader batches(batch);
  record::BatchView view;
  if (!batches.next(view)) return Status::corrupt("these octets are no batch");
  record::RecordReader records(codecs);
  BARNABAS_TRY(records.open(view));
  record::RecordView record;
  for (std::int32_t i = 0; i < from + count && records.next(record); ++i)
    if (i >= from) into.copy_at(i - from, record);
  return records.take_status();
}

}  // namespace barnabas::tools
