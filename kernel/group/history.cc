#include "kernel/group/history.h"

#include <fmt/format.h>

#include <utility>

namespace barnabas::group {
namespace {

// Cuts where a character begins, so that the text stays UTF-8.
void shorten(std::string& text) {
  if (text.size() <= History::kDetailBytes) return;
  std::size_t end = History::kDetailBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
}

}  // namespace

std::string_view cause_name(CauseKind kind) {
  switch (kind) {
    case CauseKind::kMemberJoined:
      return "member joined";
    case CauseKind::kMemberLeft:
      return "member left";
    case CauseKind::kMemberExpired:
      return "member's session expired";
    case CauseKind::kMemberTookTooLong:
      return "member took longer than the rebalance timeout";
    case CauseKind::kMetadataChanged:
      return "member changed its subscription";
    case CauseKind::kLeaderRejoined:
      return "leader joined again";
    case CauseKind::kStaticReplaced:
      return "static member came back";
    case CauseKind::kStoreFailed:
      return "assignment could not be stored";
    case CauseKind::kTooLarge:
      return "group is larger than group.max.size";
    case CauseKind::kTopicsChanged:
      return "subscribed topics changed";
    case CauseKind::kConverted:
      return "group changed its protocol";
    case CauseKind::kAssignorFailed:
      return "assignor failed";
  }
  return "";
}

std::string silence(std::int64_t session_ms) {
  return (session_ms % 1000 == 0 ? fmt::format("{} s", session_ms / 1000) : fmt::format("{} ms", session_ms)) + " without a heartbeat";
}

void History::add(Cause cause, std::size_t members) {
  if (!open_) {
    // Who joins is counted among the members already.
    if (cause.kind == CauseKind::kMemberJoined && members > 0) --members;
    if (!rebalances_.empty() && rebalances_.back().joined_ms >= 0) members = rebalances_.back().members_after;
    if (rebalances_.size() == kRebalances) rebalances_.pop_front();
    Rebalance& begun = rebalances_.emplace_back();
    begun.began_ms = cause.wall_ms;
    begun.members_before = members;
    open_ = true;
  }
  Rebalance& rebalance = rebalances_.back();
  if (rebalance.causes.size() == kCauses) {
    ++rebalance.more_causes;
    return;
  }
  for (std::string* text : {&cause.detail, &cause.member_id, &cause.instance_id, &cause.client_id, &cause.client_host}) shorten(*text);
  rebalance.causes.push_back(std::move(cause));
}

void History::joined(std::int32_t generation, std::int64_t wall_ms, std::size_t members, std::string_view protocol,
                     std::string_view leader) {
  if (!open_) return;
  Rebalance& rebalance = rebalances_.back();
  rebalance.generation = generation;
  rebalance.joined_ms = wall_ms;
  rebalance.members_after = members;
  rebalance.protocol = protocol;
  rebalance.leader = leader;
  shorten(rebalance.protocol);
  shorten(rebalance.leader);
}

void History::ended(std::int64_t wall_ms, bool stable) {
  if (!open_) return;
  open_ = false;
  rebalances_.back().ended_ms = wall_ms;
  rebalances_.back().stable = stable;
}

}  // namespace barnabas::group
