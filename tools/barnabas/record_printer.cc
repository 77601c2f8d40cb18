#include "tools/barnabas/record_printer.h"

#include <fmt/format.h>

#include <iterator>

#include "kernel/record/octets.h"
#include "tools/barnabas/client_properties.h"

namespace barnabas::tools {

namespace {

// How many octets the numbers of a deserializer of Kafka's have; 0: any octets, printed as they are.
Result<std::size_t> width_of_deserializer(std::string_view java_class) {
  constexpr std::string_view kPackage = "org.apache.kafka.common.serialization.";
  constexpr std::pair<std::string_view, std::size_t> kKnown[] = {{"StringDeserializer", 0},
                                                                 {"ByteArrayDeserializer", 0},
                                                                 {"LongDeserializer", 8},
                                                                 {"IntegerDeserializer", 4},
                                                                 {"ShortDeserializer", 2}};
  for (const auto& [name, width] : kKnown)
    if (java_class == name || (java_class.starts_with(kPackage) && java_class.substr(kPackage.size()) == name)) return width;
  return Status::invalid(
      fmt::format("'{}' cannot be loaded: of Kafka's deserializers there are String, ByteArray, Long, Integer and Short, such as {}{}",
                  java_class, kPackage, kKnown[2].first));
}

}  // namespace

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
  const std::map<std::string_view, std::size_t*> widths = {{"key.deserializer", &printer.key_octets_},
                                                           {"value.deserializer", &printer.value_octets_}};
  for (const auto& [name, value] : properties) {
    if (const auto width = widths.find(name); width != widths.end()) {
      auto octets = width_of_deserializer(value);
      if (!octets) return std::move(octets).status();
      *width->second = *octets;
    } else if (const auto flag = flags.find(name); flag != flags.end()) {
      *flag->second = is_true(value);
    } else if (const auto text = texts.find(name); text != texts.end()) {
      *text->second = value;
    } else {
      return Status::invalid(fmt::format(
          "'{}' is no property of the formatter: print.timestamp, print.partition, print.offset, print.epoch, print.headers, print.key, "
          "print.value, key.separator, line.separator, headers.separator, null.literal, key.deserializer and value.deserializer are",
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

void RecordPrinter::add_decoded(const std::optional<sdk::Bytes>& octets, std::size_t width, std::string& to) const {
  if (!octets || width == 0) return add_octets(octets, to);
  const std::int64_t number = width == 8   ? record::load<std::int64_t>(octets->data)
                              : width == 4 ? record::load<std::int32_t>(octets->data)
                                           : record::load<std::int16_t>(octets->data);
  to += std::to_string(number);
}

Status RecordPrinter::check(const record::RecordView& record) const {
  const auto fits = [](const std::optional<sdk::Bytes>& octets, std::size_t width) {
    return width == 0 || !octets || octets->size == width;
  };
  if ((!key_ || fits(record.key, key_octets_)) && (!value_ || fits(record.value, value_octets_))) return {};
  return Status::invalid(
      fmt::format("the record at offset {} is not what the deserializer expects: its key or value has another size", record.offset));
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
  if (key_) begin_part(), add_decoded(record.key, key_octets_, to);
  if (value_) begin_part(), add_decoded(record.value, value_octets_, to);
  if (!first) to += line_separator_;
}

}  // namespace barnabas::tools
