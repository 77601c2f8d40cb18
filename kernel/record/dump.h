// Batches and records as lines of text, exactly as kafka-dump-log prints them. Pure functions. [any thread]
#pragma once

#include "kernel/record/batch_view.h"
#include "kernel/record/codecs.h"
#include "kernel/record/record_view.h"

#include <optional>
#include <string>
#include <string_view>

namespace barnabas::record {

std::string_view to_string(TimestampType type);

// `position`: where in the file the batch begins.
std::string batch_line(const BatchView& batch, std::uint64_t position);

struct RecordText {
  bool metadata = true;                                // false: --skip-record-metadata
  std::optional<std::string_view> key = std::nullopt;  // as decoded; nothing: not printed
  std::optional<std::string_view> payload = std::nullopt;
  std::string_view control = {};  // of KRaft's control records, "LeaderChange: {…}"; transaction markers are printed from the record
};
std::string record_line(const BatchView& batch, const RecordView& record, const RecordText& text = {});

}  // namespace barnabas::record
