#include "kernel/log/leader_epochs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace barnabas::log {

namespace {

constexpr std::size_t kMaxEntries = 10'000'000;

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    ++number_;
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

template <class Integer>
bool parse_number(std::string_view text, Integer& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

Status bad_line(std::size_t number, std::string_view found, std::string_view expected) {
  return Status::corrupt(fmt::format("line {} of {} is '{}', expected {}", number, LeaderEpochs::kFileName, found.substr(0, 40), expected));
}

}  // namespace

Result<LeaderEpochs> LeaderEpochs::parse(std::string_view text) {
  Lines lines(text);
  int version = 0;
  std::size_t count = 0;
  std::string_view line = lines.next().value_or("");
  if (!parse_number(line, version) || version != 0) return bad_line(1, line, "the version 0");
  line = lines.next().value_or("");
  if (!parse_number(line, count) || count > kMaxEntries) return bad_line(2, line, "the number of entries");
  LeaderEpochs epochs;
  while (const auto entry_line = lines.next()) {
    const std::size_t space = entry_line->find(' ');
    Entry entry;
    if (space == std::string_view::npos || !parse_number(entry_line->substr(0, space), entry.epoch) ||
        !parse_number(entry_line->substr(space + 1), entry.start_offset) || entry.epoch < 0 || entry.start_offset < 0)
      return bad_line(lines.number(), *entry_line, "an epoch and its start offset");
    if (!epochs.empty() && (entry.epoch <= epochs.entries_.back().epoch || entry.start_offset < epochs.entries_.back().start_offset))
      return bad_line(lines.number(), *entry_line, "a later epoch than the line before");
    epochs.entries_.push_back(entry);
  }
  if (epochs.entries_.size() != count)
    return Status::corrupt(fmt::format("{} has {} entries, its second line says {}", kFileName, epochs.entries_.size(), count));
  return epochs;
}

std::string LeaderEpochs::to_text() const {
  std::string text = fmt::format("0\n{}\n", entries_.size());
  for (const Entry& entry : entries_) fmt::format_to(std::back_inserter(text), "{} {}\n", entry.epoch, entry.start_offset);
  return text;
}

bool LeaderEpochs::assign(std::int32_t epoch, std::int64_t start_offset) {
  if (!entries_.empty() && entries_.back().epoch == epoch && start_offset >= entries_.back().start_offset) return false;
  while (!entries_.empty() && (entries_.back().epoch >= epoch || entries_.back().start_offset >= start_offset)) entries_.pop_back();
  entries_.push_back({epoch, start_offset});
  return true;
}

bool LeaderEpochs::remove_from(std::int64_t offset) {
  const std::size_t before = entries_.size();
  while (!entries_.empty() && entries_.back().start_offset >= offset) entries_.pop_back();
  return entries_.size() != before;
}

bool LeaderEpochs::remove_below(std::int64_t offset) {
  const auto after = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.start_offset > offset; });
  if (after == entries_.begin()) return false;
  const auto holder = after - 1;
  const bool changed = holder != entries_.begin() || holder->start_offset != offset;
  holder->start_offset = offset;
  entries_.erase(entries_.begin(), holder);
  return changed;
}

bool LeaderEpochs::clear() {
  const bool changed = !entries_.empty();
  entries_.clear();
  return changed;
}

std::optional<std::int32_t> LeaderEpochs::epoch_of(std::int64_t offset) const {
  const auto after = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.start_offset > offset; });
  if (after == entries_.begin()) return std::nullopt;
  return (after - 1)->epoch;
}

EpochEnd LeaderEpochs::end_of(std::int32_t epoch, std::int64_t log_end) const {
  if (epoch < 0) return {};
  if (epoch == latest()) return {epoch, log_end};
  const auto higher = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.epoch > epoch; });
  if (higher == entries_.end()) return {};
  return {higher == entries_.begin() ? epoch : (higher - 1)->epoch, higher->start_offset};
}

}  // namespace barnabas::log
