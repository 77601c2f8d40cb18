// A record as the console consumer prints it: the parts that are asked for, in Kafka's order, between separators.
#pragma once

#include <map>
#include <string>

#include "kernel/base/result.h"
#include "kernel/record/batch_view.h"
#include "kernel/record/record_view.h"

namespace barnabas::tools {

class RecordPrinter {
 public:
  // Properties as Kafka names them: print.timestamp, print.key, print.offset, print.epoch, print.partition, print.headers, print.value,
  // key.separator, line.separator, headers.separator, null.literal, key.deserializer, value.deserializer.
  static Result<RecordPrinter> make(const std::map<std::string, std::string>& properties);

  // Whether key and value are what their deserializers take.
  Status check(const record::RecordView& record) const;
  // Appends the line, its separator included; nothing when no part is asked for. Only for records that check() finds right.
  void print(std::int32_t partition, const record::BatchView& batch, const record::RecordView& record, std::string& to) const;

 private:
  void add_octets(const std::optional<sdk::Bytes>& octets, std::string& to) const;

  void add_decoded(const std::optional<sdk::Bytes>& octets, std::size_t width, std::string& to) const;

  std::size_t key_octets_ = 0;  // of the number that it is; 0: as it is
  std::size_t value_octets_ = 0;
  bool timestamp_ = false;
  bool partition_ = false;
  bool offset_ = false;
  bool epoch_ = false;
  bool headers_ = false;
  bool key_ = false;
  bool value_ = true;
  std::string separator_ = "\t";
  std::string line_separator_ = "\n";
  std::string headers_separator_ = ",";
  std::string null_literal_ = "null";
};

}  // namespace barnabas::tools
