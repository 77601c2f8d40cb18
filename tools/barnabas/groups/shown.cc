// The group commands that change nothing: --list and --describe.
#include <fmt/format.h>

#include <algorithm>

#include "tools/barnabas/groups/options.h"
#include "tools/barnabas/groups/session.h"
#include "tools/barnabas/groups/tables.h"

namespace barnabas::tools {
namespace {

// A consumer group may have no protocol yet, or no longer.
Result<std::vector<GroupListing>> consumer_groups(GroupReader& reader) {
  auto groups = reader.list();
  if (groups)
    std::erase_if(*groups, [](const GroupListing& group) { return !group.protocol_type.empty() && group.protocol_type != "consumer"; });
  return groups;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

// Standard output for tables, standard error for what Kafka's tool notes there. True: the table is to follow.
bool print_note(GroupSession& session, const GroupDescription& group, std::size_t rows) {
  const StateNote note = state_note(group, rows);
  if (!note.text.empty()) {
    fmt::print(note.is_error ? stdout : stderr, "\n{}\n", note.text);
    session.failed = session.failed || note.is_error;
  }
  return note.has_table;
}

Status describe_offsets(GroupSession& session, const GroupDescription& group) {
  auto committed = session.reader.committed(group.id);
  if (!committed) return std::move(committed).status();
  std::set<TopicPartition> partitions;
  for (const GroupMember& member : group.members) partitions.insert(member.assigned.begin(), member.assigned.end());
  for (const auto& [partition, offset] : *committed) partitions.insert(partition);
  auto ends = session.reader.log_offsets(partitions, GroupReader::kLatest);
  if (!ends) return std::move(ends).status();
  const OffsetColumns columns{session.options.has("verbose"), session.options.has("lead")};
  Result<Offsets> starts = Offsets();
  if (columns.lead) starts = session.reader.log_offsets(partitions, GroupReader::kEarliest);
  if (!starts) return std::move(starts).status();
  const std::vector<OffsetRow> rows = offset_rows(group, *committed, *starts, *ends);
  if (print_note(session, group, rows.size())) fmt::print("{}", offsets_table(group.id, rows, columns));
  return {};
}

}  // namespace

Result<std::vector<std::string>> GroupSession::groups() {
  std::set<std::string> names;
  for (const std::string& group : options.texts("group")) names.insert(group);
  if (options.has("all-groups")) {
    auto listed = consumer_groups(reader);
    if (!listed) return std::move(listed).status();
    for (const GroupListing& group : *listed) names.insert(group.id);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Status list_groups(GroupSession& session) {
  const bool with_type = session.options.has("type");
  const bool with_state = session.options.has("state");
  std::vector<std::string> types, states;
  if (const std::string text = session.options.text("type"); !text.empty()) {
    auto parsed = parse_group_types(text);
    if (!parsed) return std::move(parsed).status();
    types = *std::move(parsed);
  }
  if (const std::string text = session.options.text("state"); !text.empty()) {
    auto parsed = parse_group_states(text);
    if (!parsed) return std::move(parsed).status();
    states = *std::move(parsed);
  }
  auto groups = consumer_groups(session.reader);
  if (!groups) return std::move(groups).status();
  for (const GroupListing& group : *groups)
    if ((!types.empty() && group.type.empty()) || (!states.empty() && group.state.empty()))
      return Status::unsupported("the broker does not tell the types and states of groups: it is older than this question");
  std::erase_if(*groups, [&](const GroupListing& group) { return !contains(types, group.type) || !contains(states, group.state); });
  if (with_type || with_state) {
    fmt::print("{}", listing_table(*groups, with_type, with_state));
    return {};
  }
  for (const GroupListing& group : *groups) fmt::print("{}\n", group.id);
  return {};
}

Status describe_groups(GroupSession& session) {
  auto names = session.groups();
  if (!names) return std::move(names).status();
  std::vector<GroupDescription> groups;  // all of them first: one that cannot be described leaves nothing half said
  for (const std::string& name : *names) {
    auto group = session.reader.describe(name);
    if (!group) return std::move(group).status();
    groups.push_back(*std::move(group));
  }
  const bool verbose = session.options.has("verbose");
  for (const GroupDescription& group : groups) {
    if (session.options.has("members")) {
      print_note(session, group, group.members.size());
      fmt::print("{}", members_table(group, verbose));  // Kafka prints the headings in any case
    } else if (session.options.has("state")) {
      if (print_note(session, group, 1)) fmt::print("{}", state_table(group, verbose));
    } else {
      BARNABAS_TRY(describe_offsets(session, group));
    }
  }
  return {};
}

}  // namespace barnabas::tools
