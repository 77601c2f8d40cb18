#include "layout.h"

#include <charconv>
#include <cstdio>

namespace barnabas::segment {
namespace {

constexpr std::size_t kOffsetDigits = 20;
constexpr std::size_t kLongestName = 255;
constexpr std::string_view kPartSuffixes[] = {".log", ".index", ".timeindex", ".txnindex"};
constexpr std::string_view kSuffixes[] = {"", ".deleted", ".cleaned", ".swap"};

template <class Integer>
bool parse_number(std::string_view text, Integer& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0;
}

}  // namespace

std::string to_string(const SegmentFileName& name) {
  char digits[kOffsetDigits + 1];
  std::snprintf(digits, sizeof digits, "%020lld", static_cast<long long>(name.base_offset));
  return std::string(digits).append(kPartSuffixes[static_cast<int>(name.part)]).append(kSuffixes[static_cast<int>(name.suffix)]);
}

std::optional<SegmentFileName> parse_segment_file(std::string_view name) {
  SegmentFileName parsed;
  if (name.size() < kOffsetDigits || !parse_number(name.substr(0, kOffsetDigits), parsed.base_offset)) return std::nullopt;
  const std::string_view rest = name.substr(kOffsetDigits);
  for (const Part part : kParts) {
    const std::string_view part_suffix = kPartSuffixes[static_cast<int>(part)];
    if (!rest.starts_with(part_suffix)) continue;
    for (int i = 0; i < 4; ++i) {
      if (rest.substr(part_suffix.size()) != kSuffixes[i]) continue;
      parsed.part = part;
      parsed.suffix = static_cast<Suffix>(i);
      return parsed;
    }
  }
  return std::nullopt;
}

bool is_side_file(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= kLongestName - kTemporarySuffix.size() &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos && name != kMetadataFile &&
         !name.ends_with(kTemporarySuffix) && !name.ends_with(kDeletedSuffix) && !parse_segment_file(name);
}

std::string to_string(const FolderName& name) { return name.topic + "-" + std::to_string(name.partition); }

std::optional<FolderName> parse_folder(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  FolderName parsed;
  if (dash == std::string_view::npos || dash == 0 || !parse_number(name.substr(dash + 1), parsed.partition)) return std::nullopt;
  parsed.topic = name.substr(0, dash);
  return parsed;
}

std::string aside_folder(const FolderName& name, std::uint64_t high, std::uint64_t low, std::string_view kind) {
  char hex[33];
  std::snprintf(hex, sizeof hex, "%016llx%016llx", static_cast<unsigned long long>(high), static_cast<unsigned long long>(low));
  const std::string end = "-" + std::to_string(name.partition) + "." + hex + std::string(kind);
  return name.topic.substr(0, kLongestName - end.size()) + end;
}

bool is_aside_folder(std::string_view name, std::string_view kind) {
  return name.ends_with(kind) && name.size() > kind.size() + 33 && name[name.size() - kind.size() - 33] == '.';
}

}  // namespace barnabas::segment
