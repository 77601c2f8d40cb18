#include "kernel/record/checkpoint_file.h"

#include <fmt/format.h>

#include <charconv>

namespace barnabas::record {
namespace {

Status wrong(std::size_t line, std::string_view found, std::string_view expected) {
  return Status::corrupt(fmt::format("checkpoint line {} is '{}', not {}", line, found.substr(0, 80), expected));
}

// The whole of `text` as a number that is not negative.
template <class Integer>
bool parse_number(std::string_view text, Integer& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0;
}

// Cuts the next line off `rest`.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

Result<std::vector<std::string_view>> parse_checkpoint_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  if (text.empty()) return lines;
  const std::string_view version = take_line(text);
  if (version != "0") return wrong(1, version, "version 0");
  const std::string_view count_text = take_line(text);
  std::size_t count = 0;
  if (!parse_number(count_text, count)) return wrong(2, count_text, "the number of entries");
  // Memory only for lines that are there, whatever the count says.
  while (!text.empty()) lines.push_back(take_line(text));
  if (lines.size() != count)
    return Status::corrupt(fmt::format("a checkpoint announces {} entries and has {}: it is cut off or was edited", count, lines.size()));
  return lines;
}

std::string print_checkpoint_lines(std::span<const std::string> lines) {
  std::string text = fmt::format("0\n{}\n", lines.size());
  for (const std::string& line : lines) text.append(line).append("\n");
  return text;
}

Result<std::vector<PartitionOffset>> parse_partition_offsets(std::string_view text) {
  auto lines = parse_checkpoint_lines(text);
  if (!lines) return std::move(lines).status();
  std::vector<PartitionOffset> entries;
  entries.reserve(lines->size());
  for (std::size_t i = 0; i < lines->size(); ++i) {
    const std::string_view line = (*lines)[i];
    const std::size_t second = line.rfind(' ');
    const std::size_t first = second == std::string_view::npos || second == 0 ? std::string_view::npos : line.rfind(' ', second - 1);
    PartitionOffset entry;
    if (first == std::string_view::npos || first == 0 || !parse_number(line.substr(first + 1, second - first - 1), entry.partition) ||
        !parse_number(line.substr(second + 1), entry.offset))
      return wrong(i + 3, line, "'topic partition offset'");
    entry.topic = line.substr(0, first);
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string print_partition_offsets(std::span<const PartitionOffset> entries) {
  std::string text = fmt::format("0\n{}\n", entries.size());
  for (const PartitionOffset& entry : entries) text += fmt::format("{} {} {}\n", entry.topic, entry.partition, entry.offset);
  return text;
}

}  // namespace barnabas::record
