#include "offset_store/mysql/changes.h"

#include <openssl/sha.h>

#include <algorithm>
#include <charconv>

namespace barnabas::offsets_mysql {
namespace {

// A statement takes 65535 values; an offset has 13 of them.
constexpr std::size_t kLines = 2000;
constexpr std::size_t kForgottenLines = 100;

constexpr std::string_view kOffsetColumns =
    "cluster, home, group_key, group_name, topic, part, committed, leader_epoch, metadata, topic_id, commit_ms, expire_ms, epoch";
constexpr std::string_view kOffsetUpdate =
    "committed = VALUES(committed), leader_epoch = VALUES(leader_epoch), metadata = VALUES(metadata), topic_id = VALUES(topic_id), "
    "commit_ms = VALUES(commit_ms), expire_ms = VALUES(expire_ms), epoch = VALUES(epoch)";
constexpr std::string_view kRecordColumns = "cluster, home, group_key, group_name, record_key, record_name, value, epoch";
constexpr std::string_view kRecordUpdate = "value = VALUES(value), epoch = VALUES(epoch)";

std::string repeated(std::size_t count, std::string_view what, std::string_view between) {
  std::string text(what);
  for (std::size_t i = 1; i < count; ++i) text.append(between).append(what);
  return text;
}

std::string upsert(std::string_view table, std::string_view columns, std::string_view update, std::size_t lines) {
  const auto column_count = static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ',')) + 1;
  const std::string line = "(" + repeated(column_count, "?", ",") + ")";
  return "INSERT INTO `" + std::string(table) + "` (" + std::string(columns) + ") VALUES " + repeated(lines, line, ",") +
         " ON DUPLICATE KEY UPDATE " + std::string(update);
}

// Runs `statement(n)` over the values, at most `most` lines at a time.
template <class Statement>
sdk::Status in_pieces(Session& session, const std::vector<Value>& values, std::size_t line, std::size_t most, Statement&& statement) {
  for (std::size_t at = 0; at < values.size();) {
    const std::size_t lines = std::min(most, (values.size() - at) / line);
    if (sdk::Status status = session.run(statement(lines), std::span(values).subspan(at, lines * line)); !status) return status;
    at += lines * line;
  }
  return {};
}

Value whole_name(std::string_view name) { return name.size() < kKeyBytes ? Value() : Value(name); }
std::string_view octets(const sdk::Uuid& id) { return {reinterpret_cast<const char*>(id.octets), sizeof id.octets}; }

}  // namespace

std::string table_key(std::string_view name) {
  if (name.size() < kKeyBytes) return std::string(name);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest);
  std::string key(name.substr(0, kKeyBytes - 2 * sizeof digest));
  for (unsigned char octet : digest) {
    constexpr std::string_view kHex = "0123456789abcdef";
    key.append({kHex[octet >> 4], kHex[octet & 15]});
  }
  return key;
}

const Changes::Group* Changes::group(std::string_view name) {
  auto& group = groups_[name];
  if (group == nullptr) group = std::make_unique<Group>(Group{name, table_key(name)});
  return group.get();
}

void Changes::add(const offset_store::OwnedWrite& write) {
  const Group* of = group(write.group);
  for (const auto& offset : write.offsets) offsets_[{write.home, of, offset.topic, offset.partition}] = {&offset, write.epoch};
  for (const auto& [topic, partition] : write.forgotten) offsets_[{write.home, of, topic, partition}] = {nullptr, write.epoch};
  for (const auto& record : write.records) records_[{write.home, of, table_key(record.key)}] = {&record, write.epoch};
}

sdk::Status Changes::apply(Session& session) {
  using Step = sdk::Status (Changes::*)(Session&);
  for (Step step : {&Changes::store_offsets, &Changes::forget_offsets, &Changes::store_records, &Changes::forget_records})
    if (sdk::Status status = (this->*step)(session); !status) return status;
  return {};
}

sdk::Status Changes::store_offsets(Session& session) {
  std::vector<Value> values;
  for (const auto& [key, line] : offsets_) {
    const auto& [home, group, topic, partition] = key;
    if (line.offset == nullptr) continue;
    const offset_store::OwnedOffset& offset = *line.offset;
    values.insert(values.end(),
                  {cluster_, std::int64_t{home}, std::string_view(group->key), whole_name(group->name), topic, std::int64_t{partition},
                   offset.offset, std::int64_t{offset.leader_epoch}, std::string_view(offset.metadata), octets(offset.topic_id),
                   offset.commit_ms, offset.expire_ms, std::int64_t{line.epoch}});
  }
  return in_pieces(session, values, 13, kLines,
                   [&](std::size_t lines) { return upsert(std::string(prefix_) + "offsets", kOffsetColumns, kOffsetUpdate, lines); });
}

sdk::Status Changes::forget_offsets(Session& session) {
  std::vector<Value> values;
  for (const auto& [key, line] : offsets_) {
    const auto& [home, group, topic, partition] = key;
    if (line.offset != nullptr) continue;
    values.insert(values.end(), {cluster_, std::int64_t{home}, std::string_view(group->key), topic, std::int64_t{partition}});
  }
  return in_pieces(session, values, 5, kForgottenLines, [&](std::size_t lines) {
    return "DELETE FROM `" + std::string(prefix_) + "offsets` WHERE " +
           repeated(lines, "(cluster = ? AND home = ? AND group_key = ? AND topic = ? AND part = ?)", " OR ");
  });
}

sdk::Status Changes::store_records(Session& session) {
  std::vector<Value> values;
  for (const auto& [key, line] : records_) {
    const auto& [home, group, record_key] = key;
    if (!line.record->has_value) continue;
    values.insert(values.end(),
                  {cluster_, std::int64_t{home}, std::string_view(group->key), whole_name(group->name), std::string_view(record_key),
                   whole_name(line.record->key), std::string_view(line.record->value), std::int64_t{line.epoch}});
  }
  return in_pieces(session, values, 8, kLines,
                   [&](std::size_t lines) { return upsert(std::string(prefix_) + "records", kRecordColumns, kRecordUpdate, lines); });
}

sdk::Status Changes::forget_records(Session& session) {
  std::vector<Value> values;
  for (const auto& [key, line] : records_) {
    const auto& [home, group, record_key] = key;
    if (line.record->has_value) continue;
    values.insert(values.end(), {cluster_, std::int64_t{home}, std::string_view(group->key), std::string_view(record_key)});
  }
  return in_pieces(session, values, 4, kForgottenLines, [&](std::size_t lines) {
    return "DELETE FROM `" + std::string(prefix_) + "records` WHERE " +
           repeated(lines, "(cluster = ? AND home = ? AND group_key = ? AND record_key = ?)", " OR ");
  });
}

}  // namespace barnabas::offsets_mysql
