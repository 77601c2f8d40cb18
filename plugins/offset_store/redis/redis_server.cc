#include "offset_store/redis/redis_server.h"

#include "offset_store/offset_json.h"
#include "offset_store/place.h"
#include "offset_store/redis/scripts.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <unordered_set>

namespace barnabas::offsets_redis {
namespace {

using offset_store::OwnedWrite;

constexpr std::string_view kSchema = "barnabas offset_store 1";
constexpr std::string_view kOffset = "offset:";
constexpr std::string_view kRecord = "record:";
constexpr std::uint64_t kMostWriteBytes = 32u << 20;
constexpr std::size_t kGroupsAtOnce = 100;
constexpr int kSessionAttempts = 3;  // one where what is stored is behind, two where it is not

std::string offset_field(std::string_view topic, std::int32_t partition) {
  return std::string(kOffset).append(topic) + ":" + std::to_string(partition);
}

bool parse_offset_field(std::string_view field, offset_store::OwnedOffset& offset) {
  field.remove_prefix(kOffset.size());
  const std::size_t colon = field.rfind(':');
  if (colon == std::string_view::npos) return false;
  offset.topic = std::string(field.substr(0, colon));
  const char* end = field.data() + field.size();
  return std::from_chars(field.data() + colon + 1, end, offset.partition).ptr == end;
}

// The value of `name` in the answer of INFO.
std::string_view info_value(std::string_view info, std::string_view name) {
  const std::size_t at = info.find(name);
  if (at == std::string_view::npos) return {};
  info.remove_prefix(at + name.size() + 1);
  return info.substr(0, info.find_first_of("\r\n"));
}

}  // namespace

struct RedisServer::Command {
  std::deque<std::string> texts;  // stay where they are
  Arguments arguments;

  void add(std::string value) { arguments.push_back(texts.emplace_back(std::move(value))); }
  // What lives as long as the write does not have to be copied.
  void borrow(std::string_view value) { arguments.push_back(value); }
};

sdk::Status RedisServer::connect(const std::string& cluster) {
  cluster_ = cluster;
  // Whatever the last connection left in the server is from now on too late.
  for (auto& [home, session] : sessions_) ++session;
  if (sdk::Status status = connection_.open(); !status) return status;
  if (sdk::Status status = check_schema(); !status) return status;
  if (sdk::Status status = learn_place(); !status) return status;
  if (sdk::Status status = load_scripts(); !status) return status;
  if (sdk::Status status = check_rights(); !status) return status;
  return learn_abilities();
}

sdk::Status RedisServer::check_schema() {
  const std::string key = prefix_ + "schema";
  Reply reply = connection_.ask({"SET", key, kSchema, "NX"});
  if (is_error(reply)) return connection_.failure(reply);
  if (reply->type == REDIS_REPLY_STATUS) return {};  // made
  reply = connection_.ask({"GET", key});
  if (reply != nullptr && reply->type == REDIS_REPLY_STRING && text(*reply) == kSchema) return {};
  if (reply == nullptr || (is_error(reply) && !text(*reply).starts_with("WRONGTYPE"))) return connection_.failure(reply);
  return sdk::Status::unsupported("the key '" + key + "' of " + name() +
                                  " was not made by this offset store, or by a newer one; choose another prefix or database number");
}

sdk::Status RedisServer::learn_place() {
  const std::string key = prefix_ + "place";
  const std::string fresh = offset_store::new_place(host_.random());
  const auto replies = connection_.run(std::vector<Arguments>{{"SET", key, fresh, "NX"}, {"GET", key}});
  for (const Reply& reply : replies)
    if (is_error(reply)) return connection_.failure(reply);
  if (replies[1]->type != REDIS_REPLY_STRING) return sdk::Status::unavailable(name() + " does not keep the key '" + key + "'");
  place_.assign(text(*replies[1]));
  return {};
}

sdk::Status RedisServer::load_scripts() {
  const auto replies = connection_.run(std::vector<Arguments>{{"SCRIPT", "LOAD", kTakeOver}, {"SCRIPT", "LOAD", kWrite}});
  for (const Reply& reply : replies)
    if (is_error(reply)) return connection_.failure(reply);
  // In place: commands that are sent once more point to them.
  take_over_sha_.assign(text(*replies[0]));
  write_sha_.assign(text(*replies[1]));
  return {};
}

// Does once what every write will do, for a home that nobody has.
sdk::Status RedisServer::check_rights() {
  const std::string fence = home_key("probe", "fence");
  const std::string groups = home_key("probe", "groups");
  const std::string group = home_key("probe", "group:");
  const std::vector<Arguments> commands{{"EVALSHA", take_over_sha_, "1", fence, "0", "0"},
                                        {"EVALSHA", write_sha_, "3", fence, groups, group, "0", "0", "probe", "1", "field", "value"},
                                        {"EVALSHA", write_sha_, "3", fence, groups, group, "1", "0", "probe", "1", "field", "value"},
                                        {"EVALSHA", write_sha_, "3", fence, groups, group, "1", "0", "probe", "0", "field"},
                                        {"SMEMBERS", groups},
                                        {"HGETALL", group}};
  for (const Reply& reply : connection_.run(commands))
    if (is_error(reply)) return connection_.failure(reply);
  return {};
}

sdk::Status RedisServer::learn_abilities() {
  const auto replies =
      connection_.run(std::vector<Arguments>{{"INFO", "cluster"}, {"INFO", "persistence"}, {"CONFIG", "GET", "appendfsync"}});
  for (const Reply& reply : replies)
    if (reply == nullptr) return connection_.failure(reply);
  if (!is_error(replies[0]) && info_value(text(*replies[0]), "cluster_enabled") == "1")
    return sdk::Status::unsupported(name() +
                                    " is a node of a Redis Cluster; the offset store needs a single server or one behind Sentinel");
  const bool has_log = !is_error(replies[1]) && info_value(text(*replies[1]), "aof_enabled") == "1";
  const redisReply& fsync = *replies[2];  // many servers do not show their configuration: then the log is believed to be synced sometimes
  const bool always = fsync.type == REDIS_REPLY_ARRAY && fsync.elements == 2 && text(*fsync.element[1]) == "always";
  abilities_.durability = !has_log ? sdk::Durability::kProcess : always ? sdk::Durability::kPowerLoss : sdk::Durability::kCrash;
  abilities_.max_write_bytes = kMostWriteBytes;
  if (!has_log)
    host_.log(sdk::LogLevel::kWarn, name() + " keeps no log (appendonly no): when it ends, acknowledged commits are lost");
  else if (!always)
    host_.log(sdk::LogLevel::kInfo, name() + " does not sync its log at each write (appendfsync): a loss of power loses the last commits");
  return {};
}

sdk::Status RedisServer::take_over(std::int32_t home, std::int32_t epoch, offset_store::Content& content) {
  if (sdk::Status status = begin_session(home, epoch); !status) return status;
  return read(home, content);
}

// The session is one that no command of an earlier connection has, whether it has arrived or not: what is stored knows of the former, and
// the count here of both.
sdk::Status RedisServer::begin_session(std::int32_t home, std::int32_t epoch) {
  const std::string fence = home_key(std::to_string(home), "fence");
  const std::string number = std::to_string(epoch);
  std::int64_t& session = sessions_[home];
  for (int attempt = 0; attempt < kSessionAttempts; ++attempt) {
    const std::string wanted = std::to_string(++session);
    const Reply reply = std::move(run_scripts({{"EVALSHA", take_over_sha_, "1", fence, number, wanted}}).front());
    if (is_error(reply) || reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) {
      const sdk::Status failure = connection_.failure(reply);
      return sdk::Status::unavailable(failure.message());
    }
    const std::int64_t told = reply->element[1]->integer;
    if (reply->element[0]->integer == 0)
      return sdk::Status::error(sdk::Code::kFenced, "home " + std::to_string(home) + " was taken over with epoch " + std::to_string(told));
    if (reply->element[0]->integer == 1) return {};
    session = std::max<std::int64_t>(session, told);
  }
  return sdk::Status::unavailable(name() + ": somebody else takes over home " + std::to_string(home) + " with epoch " + number);
}

sdk::Status RedisServer::read(std::int32_t home, offset_store::Content& content) {
  const std::string number = std::to_string(home);
  const Reply names = connection_.ask({"SMEMBERS", home_key(number, "groups")});
  if (is_error(names)) return sdk::Status::unavailable(connection_.failure(names).message());
  for (std::size_t at = 0; at < names->elements; at += kGroupsAtOnce) {
    const std::size_t count = std::min(kGroupsAtOnce, names->elements - at);
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < count; ++i) keys.push_back(home_key(number, "group:").append(text(*names->element[at + i])));
    std::vector<Arguments> commands;
    for (const std::string& key : keys) commands.push_back({"HGETALL", key});
    const auto replies = connection_.run(commands);
    for (std::size_t i = 0; i < count; ++i) {
      if (is_error(replies[i])) return sdk::Status::unavailable(connection_.failure(replies[i]).message());
      if (sdk::Status status = take_in(std::string(text(*names->element[at + i])), *replies[i], content); !status) return status;
    }
  }
  return {};
}

sdk::Status RedisServer::take_in(const std::string& group, const redisReply& hash, offset_store::Content& content) const {
  for (std::size_t i = 0; i + 1 < hash.elements; i += 2) {
    const std::string_view field = text(*hash.element[i]);
    const std::string_view value = text(*hash.element[i + 1]);
    if (field.starts_with(kRecord)) {
      content.records.emplace_back(group, offset_store::OwnedRecord{std::string(field.substr(kRecord.size())), std::string(value)});
      continue;
    }
    offset_store::OwnedOffset offset;
    if (!field.starts_with(kOffset) || !parse_offset_field(field, offset) || !offset_store::from_json(value, offset))
      return sdk::Status::corrupt(name() + " has something that is no committed offset for the group '" + group + "': the field '" +
                                  std::string(field) + "'");
    content.offsets.emplace_back(group, std::move(offset));
  }
  return {};
}

// Scripts are known to the server by their checksums, until it restarts or somebody flushes them. Only when it knew none of them, and so
// has done nothing, they are sent again: in the middle a later write would overtake an earlier one of its group.
std::vector<Reply> RedisServer::run_scripts(const std::vector<Arguments>& commands) {
  const auto is_unknown = [](const Reply& reply) { return reply != nullptr && is_error(reply) && text(*reply).starts_with("NOSCRIPT"); };
  std::vector<Reply> replies = connection_.run(commands);
  if (std::all_of(replies.begin(), replies.end(), is_unknown) && load_scripts()) replies = connection_.run(commands);
  return replies;
}

void RedisServer::write(std::span<OwnedWrite* const> writes) {
  std::deque<Command> commands;
  std::vector<Arguments> arguments;
  for (const OwnedWrite* write : writes) {
    Command& command = commands.emplace_back();
    const std::string home = std::to_string(write->home);
    const auto session = sessions_.find(write->home);
    command.borrow("EVALSHA");
    command.borrow(write_sha_);
    command.borrow("3");
    command.add(home_key(home, "fence"));
    command.add(home_key(home, "groups"));
    command.add(home_key(home, "group:") + write->group);
    command.add(std::to_string(write->epoch));
    command.add(std::to_string(session == sessions_.end() ? 0 : session->second));
    command.borrow(write->group);
    std::size_t sets = write->offsets.size();
    for (const auto& record : write->records) sets += record.has_value ? 1 : 0;
    command.add(std::to_string(sets));
    for (const auto& offset : write->offsets) {
      command.add(offset_field(offset.topic, offset.partition));
      command.add(offset_store::to_json(offset, write->epoch));
    }
    for (const auto& record : write->records) {
      if (!record.has_value) continue;
      command.add(std::string(kRecord) + record.key);
      command.borrow(record.value);
    }
    for (const auto& [topic, partition] : write->forgotten) command.add(offset_field(topic, partition));
    for (const auto& record : write->records)
      if (!record.has_value) command.add(std::string(kRecord) + record.key);
    arguments.push_back(command.arguments);
  }
  const std::vector<Reply> replies = run_scripts(arguments);
  std::unordered_set<std::string_view> failed;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    OwnedWrite& write = *writes[i];
    write.outcome = outcome(write, replies[i]);
    // Done, but the one before it was not: the caller has to do both again, in order.
    if (write.outcome && failed.contains(write.group))
      write.outcome = sdk::Status::error(sdk::Code::kUnknown, "an earlier write of the group has failed");
    if (!write.outcome) failed.insert(write.group);
  }
}

sdk::Status RedisServer::outcome(const OwnedWrite& write, const Reply& reply) {
  if (reply == nullptr) return sdk::Status::error(sdk::Code::kUnknown, connection_.failure(reply).message());
  if (is_error(reply) || reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) {
    const sdk::Status failure = connection_.failure(reply);
    // It was the server that takes writes once; perhaps its name leads to another one by now.
    if (text(*reply).starts_with("READONLY")) connection_.close();
    return sdk::Status::unavailable(failure.message());
  }
  const std::int64_t code = reply->element[0]->integer;
  if (code == 0)
    return sdk::Status::error(sdk::Code::kFenced, "home " + std::to_string(write.home) + " was taken over with epoch " +
                                                      std::to_string(reply->element[1]->integer));
  if (code == 2)
    host_.log(sdk::LogLevel::kWarn, name() + " had forgotten that home " + std::to_string(write.home) +
                                        " was taken over, and perhaps more: has it lost its memory?");
  return {};
}

}  // namespace barnabas::offsets_redis
