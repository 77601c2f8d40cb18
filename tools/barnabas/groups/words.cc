#include "tools/barnabas/groups/words.h"

#include <fmt/format.h>

#include "tools/barnabas/time_text.h"

namespace barnabas::tools {
namespace {

using History = wire::DescribeGroupHistoryResponse;

std::string seconds(std::int64_t ms) {
  return ms % 1000 == 0 ? fmt::format("{} s", ms / 1000) : fmt::format("{}.{:03} s", ms / 1000, ms % 1000);
}

std::string count(std::int64_t number, std::string_view one) { return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s"); }

// "c1-52ff… (client-7, /127.0.0.1)", "db-1 = c1-52ff… (…)" for a static member.
std::string member_of(const History::Cause& cause) {
  std::string text;
  if (!cause.instance_id.empty()) text = fmt::format("{} = ", cause.instance_id);
  text += cause.member_id;
  if (!cause.client_id.empty() && !cause.client_host.empty()) return fmt::format("{} ({}, {})", text, cause.client_id, cause.client_host);
  if (!cause.client_id.empty() || !cause.client_host.empty()) return fmt::format("{} ({}{})", text, cause.client_id, cause.client_host);
  return text;
}

// The broker says what happened with the member's part of speech in front: "member joined", "leader joined again", "member's session
// expired".
std::string cause_words(const History::Cause& cause) {
  std::string text(cause.what);
  if (!cause.member_id.empty() || !cause.instance_id.empty()) {
    const auto end = std::min(cause.what.find_first_of(" '"), cause.what.size());
    const std::size_t subject = cause.what.starts_with("static member") ? std::string_view("static member").size() : end;
    const std::string_view rest = cause.what.substr(subject);
    if (rest.starts_with("'s session expired")) {
      text = fmt::format("session of {} ended", member_of(cause));
    } else {
      text = fmt::format("{} {}{}", cause.what.substr(0, subject), member_of(cause), rest);
    }
  }
  return cause.detail.empty() ? text : fmt::format("{}: {}", text, cause.detail);
}

// How the rebalance went from its first cause on. `is_end`: the group is empty since.
std::string course_of(const History::Rebalance& rebalance, bool is_end) {
  if (rebalance.joined_ms < 0) {
    if (rebalance.ended_ms < 0) return "members are joining";
    if (is_end) return "nobody is left";
    return fmt::format("given up after {}", seconds(rebalance.ended_ms - rebalance.began_ms));
  }
  if (rebalance.members_after == 0) return fmt::format("nobody left after {}", seconds(rebalance.joined_ms - rebalance.began_ms));
  std::string text = fmt::format("joined in {}", seconds(rebalance.joined_ms - rebalance.began_ms));
  if (rebalance.ended_ms < 0) return text + ", waiting for the assignment";
  const std::string rest = seconds(rebalance.ended_ms - rebalance.joined_ms);
  if (rebalance.stable) return fmt::format("{}, synced in {}", text, rest);
  return fmt::format("{}, {} {} later", text, is_end ? "nobody left" : "overtaken by the next one", rest);
}

void add_rebalance(std::string& text, const History::Rebalance& rebalance, bool is_end) {
  text += fmt::format("\n{}  ", rebalance.began_ms < 0 ? "not begun" : time_text(rebalance.began_ms));
  text += rebalance.generation < 0 ? (rebalance.ended_ms < 0 ? "no generation yet" : "no generation")
                                   : fmt::format("generation {}", rebalance.generation);
  if (!rebalance.protocol.empty()) text += fmt::format(", {}", rebalance.protocol);
  const std::string after = rebalance.joined_ms < 0
                                ? count(rebalance.members_before, "member") + " before"
                                : fmt::format("{} -> {}", rebalance.members_before, count(rebalance.members_after, "member"));
  text += fmt::format(", {}, {}\n", after, course_of(rebalance, is_end));
  for (const auto& cause : rebalance.causes) {
    const std::int64_t later = rebalance.began_ms < 0 ? 0 : cause.at_ms - rebalance.began_ms;
    text += fmt::format("  {}{}\n", cause_words(cause), later > 0 ? fmt::format(", {} later", seconds(later)) : "");
  }
  if (rebalance.more_causes > 0) text += fmt::format("  and {} on top\n", count(rebalance.more_causes, "cause"));
}

std::string_view durability(std::int8_t class_of_store) {
  constexpr std::string_view kWords[] = {"lost with the broker's process", "survives the end of the process", "survives a loss of power"};
  return class_of_store >= 0 && class_of_store < 3 ? kWords[class_of_store] : "of a durability that this program does not know";
}

}  // namespace

std::string history_words(const History::DescribedGroup& group) {
  if (group.rebalances.empty())
    return fmt::format("Group '{}' is {}. Its coordinator has seen no rebalance since it took the group over.\n", group.group_id,
                       group.group_state);
  std::string text = fmt::format("Group '{}' is {}. What its coordinator remembers, newest last:\n", group.group_id, group.group_state);
  for (const auto& rebalance : group.rebalances)
    add_rebalance(text, rebalance, &rebalance == &group.rebalances.back() && group.group_state == "Empty");
  return text;
}

std::string move_words(const std::string& group, const wire::MoveGroupOffsetsResponse& moved, bool is_dry_run) {
  return fmt::format("{} group '{}': {}, {}, {}\n  from {} ({})\n  to   {} ({})\n", is_dry_run ? "Would move" : "Moved", group,
                     count(moved.offsets, "offset"), count(moved.records, "group record"), count(moved.bytes, "byte"), moved.from,
                     durability(moved.from_durability), moved.to, durability(moved.to_durability));
}

}  // namespace barnabas::tools
