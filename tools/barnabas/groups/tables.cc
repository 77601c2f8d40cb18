#include "tools/barnabas/groups/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tools/barnabas/text_table.h"

namespace barnabas::tools {
namespace {

constexpr const char* kMissing = "-";

template <class T>
std::string shown(const std::optional<T>& value) {
  return value ? std::to_string(*value) : kMissing;
}

template <class Map>
auto find(const Map& map, const TopicPartition& partition) {
  const auto found = map.find(partition);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> distance(std::optional<std::int64_t> from, std::optional<std::int64_t> to) {
  return from && to ? std::optional(*to - *from) : std::nullopt;
}

// "orders:0,2;payments:1"
std::string assignment_text(const std::vector<TopicPartition>& assignment) {
  std::map<std::string, std::set<std::int32_t>> by_topic;
  for (const TopicPartition& one : assignment) by_topic[one.topic].insert(one.partition);
  std::string text;
  for (const auto& [topic, partitions] : by_topic)
    text += fmt::format("{}{}:{}", text.empty() ? "" : ";", topic, fmt::join(partitions, ","));
  return text.empty() ? kMissing : text;
}

}  // namespace

std::vector<OffsetRow> offset_rows(const GroupDescription& group, const CommittedOffsets& committed, const Offsets& starts,
                                   const Offsets& ends) {
  std::vector<OffsetRow> rows;
  const auto add = [&](const TopicPartition& partition, const GroupMember* member) {
    rows.push_back({partition, find(committed, partition), find(starts, partition), find(ends, partition), member});
  };
  std::vector<const GroupMember*> members;
  for (const GroupMember& member : group.members) members.push_back(&member);
  std::stable_sort(members.begin(), members.end(),
                   [](const GroupMember* a, const GroupMember* b) { return a->assigned.size() > b->assigned.size(); });
  std::set<TopicPartition> read;
  for (const GroupMember* member : members) {
    const std::set<TopicPartition> its(member->assigned.begin(), member->assigned.end());
    for (const TopicPartition& partition : its) add(partition, member);
    read.insert(its.begin(), its.end());
  }
  for (const auto& [partition, offset] : committed)
    if (!read.contains(partition)) add(partition, nullptr);
  return rows;
}

std::string offsets_table(const std::string& group, const std::vector<OffsetRow>& rows, const OffsetColumns& columns) {
  std::vector<Column> headings = {{"GROUP", 15, true}, {"TOPIC", 15, true}, {"PARTITION", 10}};
  if (columns.leader_epoch) headings.push_back({"LEADER-EPOCH", 15});
  for (const char* number : {"CURRENT-OFFSET", "LOG-END-OFFSET", "LAG"}) headings.push_back({number, 15});
  if (columns.lead) headings.push_back({"LEAD", 15});
  headings.insert(headings.end(), {{"CONSUMER-ID", 15, true}, {"HOST", 15, true}, {"CLIENT-ID"}});
  TextTable table(std::move(headings));
  for (const OffsetRow& row : rows) {
    std::optional<std::int64_t> offset;
    std::optional<std::int32_t> epoch;
    if (row.committed) offset = row.committed->offset;
    if (row.committed && row.committed->leader_epoch >= 0) epoch = row.committed->leader_epoch;
    std::vector<std::string> cells = {group, row.partition.topic, std::to_string(row.partition.partition)};
    if (columns.leader_epoch) cells.push_back(shown(epoch));
    for (const auto& number : {offset, row.log_end, distance(offset, row.log_end)}) cells.push_back(shown(number));
    if (columns.lead) cells.push_back(shown(distance(row.log_start, offset)));
    const GroupMember* member = row.member;
    cells.insert(cells.end(), {member ? member->id : kMissing, member ? member->host : kMissing, member ? member->client_id : kMissing});
    table.add(std::move(cells));
  }
  return table.text("\n", "") + "\n";
}

std::string members_table(const GroupDescription& group, bool verbose) {
  const auto any = [&](auto predicate) { return std::any_of(group.members.begin(), group.members.end(), predicate); };
  const bool has_static = any([](const GroupMember& member) { return !member.instance_id.empty(); });
  const bool is_migrating = any([](const GroupMember& member) { return member.is_upgraded == true; }) &&
                            any([](const GroupMember& member) { return member.is_upgraded == false; });
  std::vector<Column> headings = {{"GROUP", 15, true}, {"CONSUMER-ID", 15, true}};
  if (has_static) headings.push_back({"GROUP-INSTANCE-ID", 17, true});
  headings.insert(headings.end(), {{"HOST", 15, true}, {"CLIENT-ID", 15, true}, {"#PARTITIONS", 15}});
  if (verbose) {
    headings.insert(headings.end(),
                    {{"CURRENT-EPOCH", 15}, {"CURRENT-ASSIGNMENT", 20, true}, {"TARGET-EPOCH", 15}, {"TARGET-ASSIGNMENT", 20, true}});
    if (is_migrating) headings.push_back({"UPGRADED"});
  } else {
    headings.push_back({""});  // Kafka's rows end with a space
  }
  TextTable table(std::move(headings));
  for (const GroupMember& member : group.members) {
    std::vector<std::string> cells = {group.id, member.id};
    if (has_static) cells.push_back(member.instance_id);
    cells.insert(cells.end(), {member.host, member.client_id, std::to_string(member.assigned.size())});
    if (verbose) {
      cells.insert(cells.end(),
                   {shown(member.epoch), assignment_text(member.assigned), shown(group.target_epoch), assignment_text(member.target)});
      if (is_migrating) cells.push_back(!member.is_upgraded ? kMissing : *member.is_upgraded ? "true" : "false");
    } else {
      cells.emplace_back();
    }
    table.add(std::move(cells));
  }
  return "\n" + table.text("", "\n");
}

std::string state_table(const GroupDescription& group, bool verbose) {
  std::vector<Column> headings = {{"GROUP", 15, true}, {"COORDINATOR (ID)", 25, true}, {"ASSIGNMENT-STRATEGY", 20}, {"STATE", 20}};
  if (verbose) headings.insert(headings.end(), {{"GROUP-EPOCH", 15}, {"TARGET-ASSIGNMENT-EPOCH", 25}});
  headings.push_back({"#MEMBERS"});
  TextTable table(std::move(headings));
  std::vector<std::string> cells = {group.id, fmt::format("{}  ({})", group.coordinator, group.coordinator_id),
                                    group.assignor.empty() ? kMissing : group.assignor, group.state};
  if (verbose) cells.insert(cells.end(), {shown(group.epoch), shown(group.target_epoch)});
  cells.push_back(std::to_string(group.members.size()));
  table.add(std::move(cells));
  return table.text("\n", "") + "\n";
}

std::string listing_table(const std::vector<GroupListing>& groups, bool with_type, bool with_state) {
  std::size_t width = 15;
  for (const GroupListing& group : groups) width = std::max(width, characters(group.id));
  std::vector<Column> headings = {{"GROUP", width + 10}};
  if (with_type) headings.push_back({"TYPE", 20});
  if (with_state) headings.push_back({"STATE", 20});
  TextTable table(std::move(headings));
  for (const GroupListing& group : groups) {
    std::vector<std::string> cells = {group.id};
    if (with_type) cells.push_back(group.type.empty() ? "Unknown" : group.type);
    if (with_state) cells.push_back(group.state.empty() ? "Unknown" : group.state);
    table.add(std::move(cells));
  }
  return table.text("", "\n");
}

StateNote state_note(const GroupDescription& group, std::size_t rows) {
  if (group.state == "Dead") return {fmt::format("Error: Consumer group '{}' does not exist.", group.id), true, false};
  StateNote note;
  note.has_table = rows > 0;
  if (group.state == "Empty") {
    note.text = fmt::format("Consumer group '{}' has no active members.", group.id);
  } else if (group.state != "Stable") {
    note.text = fmt::format("Warning: Consumer group '{}' is rebalancing.", group.id);
  }
  return note;
}

}  // namespace barnabas::tools
