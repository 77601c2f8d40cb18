#include "kernel/config/findings.h"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "kernel/config/kafka_keys.h"

namespace barnabas::config {

namespace {

// Levenshtein's distance with swaps of neighbours, which are the commonest slip of the hand; where it is `limit` or more, no less than
// that.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> costs((a.size() + 1) * width);
  const auto cost = [&](std::size_t i, std::size_t j) -> std::size_t& { return costs[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) cost(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost(0, j) = j;
  std::size_t least_before = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t least = cost(i, 0);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cost(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost(i, j) = std::min({cost(i - 1, j) + 1, cost(i, j - 1) + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost(i, j) = std::min(cost(i, j), cost(i - 2, j - 2) + 1);
      least = std::min(least, cost(i, j));
    }
    // What comes is made of these two rows and more.
    if (std::min(least, std::exchange(least_before, least)) >= limit) return limit;
  }
  return costs.back();
}

// Separators and case are no difference worth a distance: flush.ms, flush_ms and FlushMs mean the same word.
std::string folded(std::string_view word) {
  std::string out;
  for (const char c : word)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return out;
}

}  // namespace

std::string to_string(const Position& at) {
  if (at.is_default()) return "default";
  if (at.line == 0) return at.file;
  return fmt::format("{}:{}:{}", at.file, at.line, at.column);
}

std::string to_string(const Finding& finding) {
  const char* severity = finding.severity == Severity::kError ? "error" : "warning";
  if (finding.at.is_default()) return fmt::format("{}: {}", severity, finding.message);
  return fmt::format("{}: {}: {}", to_string(finding.at), severity, finding.message);
}

void Findings::hide(const std::string& value) {
  constexpr std::size_t kLeastBytes = 4;
  // Lists are split before anything is said of their elements.
  std::vector<std::string> parts = split_list(value);
  parts.push_back(value);
  for (std::string& part : parts)
    if (part.size() >= kLeastBytes) hidden_.push_back(std::move(part));
  // The longest first: one may be the beginning of another.
  std::stable_sort(hidden_.begin(), hidden_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

void Findings::add(Severity severity, const Position& at, std::string message) {
  constexpr std::string_view kInstead = "***";
  for (const std::string& value : hidden_)
    for (auto found = message.find(value); found != std::string::npos; found = message.find(value, found + kInstead.size()))
      message.replace(found, value.size(), kInstead);
  all_.push_back({severity, at, std::move(message)});
}

bool Findings::has_errors() const {
  return std::any_of(all_.begin(), all_.end(), [](const Finding& finding) { return finding.severity == Severity::kError; });
}

std::string Findings::text() const {
  std::vector<Finding> sorted = all_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.at.file, a.at.line, a.at.column) < std::tie(b.at.file, b.at.line, b.at.column);
  });
  std::string out;
  for (const Finding& finding : sorted) out += to_string(finding) + "\n";
  return out;
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  const std::string wanted = folded(word);
  if (wanted.empty() || wanted.size() > 100) return {};
  std::string best;
  // A third of the word may be wrong; more than that is another word.
  std::size_t best_distance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::string word_there = folded(candidate);
    // Words differ in at least so many letters as one is longer: a long file of unknown keys is to be read in a moment.
    const std::size_t gap = wanted.size() > word_there.size() ? wanted.size() - word_there.size() : word_there.size() - wanted.size();
    if (gap >= best_distance) continue;
    const std::size_t d = distance(wanted, word_there, best_distance);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? std::string() : fmt::format(" (did you mean '{}'?)", near);
}

std::string listed(const std::vector<std::string>& words, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0) out += i + 1 == words.size() ? fmt::format(" {} ", last) : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace barnabas::config
