#include "tools/barnabas/record_printer.h"

#include <fmt/format.h>

#include <iterator>

namespace barnabas::tools {

Result<RecordPrinter> RecordPrinter::make(const std::map<std::string, std::string>& properties) {
  RecordPrinter printer;
  const std::map<std::string_view, bool*> flags = {{"print.timestamp", &printer.timestamp_}, {"print.partition", &printer.partition_},
                                                   {"print.offset", &printer.offset_},       {"print.epoch", &printer.epoch_},
                                                   {"print.headers", &printer.headers_},     {"print.key", &printer.key_},
                                                   {"print.value", &printer.value_}};
  const std::map<std::string_view, std::string*> texts = {{"key.separator", &printer.separator_},
                                                          {"line.separator", &printer.line_separator_},
                                                          {"headers.separator", &printer.headers_separator_},
                                                          {"null.literal", &printer.null_literal_}};
  for (const auto& [name, value] : properties) {
    if (const auto flag = flags.find(name); flag != flags.end()) {
      *flag->second = value == "true";
    } else if (const auto text = texts.find(name); text != texts.end()) {
      *text->second = value;
    } else {
      return Status::invalid(fmt::format(
          "'{}' is no property of the formatter: print.timestamp, print.partition, print.offset, print.epoch, print.headers, print.key, "
          "print.value, key.separator, line.separator, headers.separator and null.literal are",
          name));
    }
  }
  return printer;
}

void RecordPrinter::add_octets(const std::optional<sdk::Bytes>& octets, std::string& to) const {
  if (octets) {
    to.append(reinterpret_cast<const char*>(octets->data), octets->size);
  } else {
    to += null_literal_;
  }
}

void RecordPrinter::print(std::int32_t partition, const record::BatchView& batch, const record::RecordView& record, std::string& to) const {
  bool first = true;
  const auto begin_part = [&] {
    if (!first) to += separator_;
    first = false;
  };
  if (timestamp_) {
    begin_part();
    if (record.timestamp_ms < 0) {
      to += "NO_TIMESTAMP";
    } else {
      fmt::format_to(std::back_inserter(to), "{}:{}",
                     batch.timestamp_type() == record::TimestampType::kLogAppendTime ? "LogAppendTime" : "CreateTime", record.timestamp_ms);
    }
  }
  if (partition_) begin_part(), fmt::format_to(std::back_inserter(to), "Partition:{}", partition);
  if (offset_) begin_part(), fmt::format_to(std::back_inserter(to), "Offset:{}", record.offset);
  if (epoch_) {
    begin_part();
    to += "Epoch:" + (batch.leader_epoch() < 0 ? "NOT_PRESENT" : std::to_string(batch.leader_epoch()));
  }
  if (headers_) {
    begin_part();
    if (record.headers.empty()) to += "NO_HEADERS";
    bool first_header = true;
    for (const record::Header& header : record.headers) {
      if (!first_header) to += headers_separator_;
      first_header = false;
      to.append(header.key).append(":");
      add_octets(header.value, to);
    }
  }
  if (key_) begin_part(), add_octets(record.key, to);
  if (value_) begin_part(), add_octets(record.value, to);
  to += line_separator_;
}

}  // namespace barnabas::tools
