// A record as plugins see it. [any thread]
#pragma once

#include <barnabas/sdk/interceptor.h>

#include "kernel/record/batch_builder.h"

#include <vector>

namespace barnabas::record {

// Valid as long as `record` and `headers` are; the latter are memory for it.
inline sdk::RecordView plain_view(const RecordView& record, std::vector<sdk::HeaderView>& headers) {
  headers.clear();
  for (const Header& header : record.headers)
    headers.push_back({header.key, header.value.value_or(sdk::Bytes()), header.value.has_value()});
  return {record.offset,
          record.timestamp_ms,
          record.key.value_or(sdk::Bytes()),
          record.value.value_or(sdk::Bytes()),
          record.key.has_value(),
          record.value.has_value(),
          headers.data(),
          headers.size()};
}

// The other way, for a batch. Valid as long as `record` and `headers` are.
inline NewRecord new_record(const sdk::RecordView& record, std::vector<Header>& headers) {
  headers.clear();
  for (std::size_t i = 0; i < record.header_count; ++i) {
    const sdk::HeaderView& header = record.headers[i];
    headers.push_back({std::string_view(header.key), header.has_value ? std::optional(header.value) : std::nullopt});
  }
  return {.timestamp_ms = record.timestamp_ms,
          .key = record.has_key ? std::optional(record.key) : std::nullopt,
          .value = record.has_value ? std::optional(record.value) : std::nullopt,
          .headers = headers};
}

}  // namespace barnabas::record
