#include "tools/barnabas/groups/reset_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "tools/barnabas/text_table.h"

namespace barnabas::tools {
namespace {

constexpr std::size_t kQuotedFrom = 25;  // characters

// Nothing: a quote is not closed, or something follows it.
std::optional<std::vector<std::string>> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  for (std::size_t at = 0;;) {
    std::string& field = fields.emplace_back();
    if (at < line.size() && line[at] == '"') {
      for (++at;; ++at) {
        if (at >= line.size()) return std::nullopt;
        if (line[at] != '"') {
          field += line[at];
        } else if (at + 1 < line.size() && line[at + 1] == '"') {
          field += line[++at];
        } else {
          break;
        }
      }
      ++at;
    } else {
      const auto comma = std::min(line.find(',', at), line.size());
      field = line.substr(at, comma - at);
      at = comma;
    }
    if (at >= line.size()) return fields;
    if (line[at] != ',') return std::nullopt;
    ++at;
  }
}

template <class T>
bool parse(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

std::string quoted(const std::string& text) {
  const bool plain =
      characters(text) < kQuotedFrom && std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= '-'; });
  if (plain) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += c;
    out += c;
  }
  return out + '"';
}

class Parser {
 public:
  Parser(const std::string& name, const std::vector<std::string>& groups) : name_(name), groups_(groups) {}

  Status take(std::string_view line, int number) {
    const auto fields = fields_of(line);
    if (plan_.empty()) names_groups_ = groups_.size() != 1 || !fields || fields->size() != 3;
    const std::size_t first = names_groups_ ? 1 : 0;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    if (!fields || fields->size() != first + 3 || !parse((*fields)[first + 1], partition) || partition < 0 ||
        !parse((*fields)[first + 2], offset))
      return Status::corrupt(
          fmt::format("{}:{}: '{}' is not {}TOPIC,PARTITION,OFFSET", name_, number, line, names_groups_ ? "GROUP," : ""));
    plan_[names_groups_ ? (*fields)[0] : groups_[0]][{(*fields)[first], partition}] = offset;
    return {};
  }
  ResetPlan& plan() { return plan_; }

 private:
  const std::string& name_;
  const std::vector<std::string>& groups_;
  bool names_groups_ = false;
  ResetPlan plan_;
};

}  // namespace

Result<ResetPlan> parse_reset_file(const std::string& name, std::string_view content, const std::vector<std::string>& groups) {
  Parser parser(name, groups);
  for (int number = 1; !content.empty(); ++number) {
    const auto end = std::min(content.find('\n'), content.size());
    std::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (Status status = parser.take(line, number); !status.ok()) return status;
  }
  if (parser.plan().empty()) return Status::corrupt(fmt::format("{} has no line TOPIC,PARTITION,OFFSET", name));
  return std::move(parser.plan());
}

std::string reset_csv(const ResetPlan& plan, bool with_groups) {
  std::string text;
  for (const auto& [group, offsets] : plan)
    for (const auto& [partition, offset] : offsets) {
      if (with_groups) text += quoted(group) + ",";
      text += fmt::format("{},{},{}\n", quoted(partition.topic), partition.partition, offset);
    }
  return text;
}

}  // namespace barnabas::tools
