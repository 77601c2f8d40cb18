// A line of the console producer as a record: "[headers<TAB>][key<TAB>]value", the separators as the properties say.
#pragma once

#include <barnabas/sdk/interceptor.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/result.h"

namespace barnabas::tools {

struct LineRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

// A record as plugins see it, valid as long as `record` and `headers` are, the latter being memory for it; and the other way.
sdk::RecordView view_of(const LineRecord& record, std::int64_t timestamp_ms, std::vector<sdk::HeaderView>& headers);
LineRecord line_record_of(const sdk::RecordView& view);

class LineReader {
 public:
  // Properties as Kafka names them: parse.key, parse.headers, key.separator, headers.delimiter, headers.separator, headers.key.separator,
  // ignore.error, null.marker.
  static Result<LineReader> make(const std::map<std::string, std::string>& properties);

  Result<LineRecord> parse(std::string line, std::uint64_t line_number) const;

 private:
  std::optional<std::string> unless_null(std::string text) const;

  bool parse_key_ = false;
  bool parse_headers_ = false;
  bool ignore_error_ = false;
  std::string key_separator_ = "\t";
  std::string headers_delimiter_ = "\t";
  std::string headers_separator_ = ",";
  std::string headers_key_separator_ = ":";
  std::optional<std::string> null_marker_;
};

}  // namespace barnabas::tools
