#include "offset_store/mysql/mysql_server.h"

#include "offset_store/mysql/changes.h"
#include "offset_store/mysql/schema.h"
#include "offset_store/place.h"

#include <algorithm>

namespace barnabas::offsets_mysql {
namespace {

constexpr std::size_t kClusterBytes = 64;
// Half of what the server takes in one packet; the rest is for what stands around a write's texts.
constexpr std::int64_t kPacketShare = 2;
// How long a coordinator that was stopped in the middle of a transaction can hold its homes against the next one.
constexpr int kIdleTransactionSeconds = 5;

using offset_store::OwnedWrite;

sdk::Status fenced(std::int32_t home, std::int64_t epoch) {
  return sdk::Status::error(sdk::Code::kFenced, "home " + std::to_string(home) + " was taken over with epoch " + std::to_string(epoch));
}

// What a table refuses whatever the server's mood.
sdk::Status check(const OwnedWrite& write) {
  const auto too_long = [](std::string_view topic) { return topic.size() > kTopicBytes; };
  for (const auto& offset : write.offsets)
    if (too_long(offset.topic)) return sdk::Status::invalid("a topic's name has at most 255 octets");
  for (const auto& [topic, partition] : write.forgotten)
    if (too_long(topic)) return sdk::Status::invalid("a topic's name has at most 255 octets");
  return {};
}

}  // namespace

sdk::Status MysqlServer::connect(const std::string& cluster) {
  if (cluster.size() > kClusterBytes) return sdk::Status::invalid("the id of the cluster is longer than 64 octets");
  cluster_ = cluster;
  if (sdk::Status status = session_.open(); !status) return status;
  if (sdk::Status status = settle_session(); !status) return status;
  if (sdk::Status status = prepare_schema(session_, prefix_, offset_store::new_place(host_.random()), place_); !status) return status;
  return learn_abilities();
}

sdk::Status MysqlServer::settle_session() {
  // Shorter than the answer's deadline, so that a lock that is not given is told as such and the connection stays.
  const std::string lock_wait = std::to_string(std::max(1u, session_.address().answer_s - 1));
  const std::string idle = std::to_string(kIdleTransactionSeconds);
  const std::string limit = session_.is_mariadb() ? "idle_transaction_timeout = " + idle : "wait_timeout = " + idle;
  if (sdk::Status status = session_.command(
          "SET SESSION autocommit = 0, sql_mode = 'STRICT_ALL_TABLES', innodb_lock_wait_timeout = " + lock_wait + ", " + limit);
      !status)
    return status;
  return session_.command("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
}

sdk::Status MysqlServer::learn_abilities() {
  std::int64_t packet = 0;
  std::int64_t flush = 1;
  sdk::Status status = session_.run("SELECT @@max_allowed_packet, @@innodb_flush_log_at_trx_commit", {}, [&](const Row& row) {
    packet = row.number(0);
    flush = row.number(1);
  });
  if (!status) return status;
  abilities_.max_write_bytes = static_cast<std::uint64_t>(packet / kPacketShare);
  abilities_.durability = flush == 1 ? sdk::Durability::kPowerLoss : flush == 2 ? sdk::Durability::kCrash : sdk::Durability::kProcess;
  if (flush != 1)
    host_.log(sdk::LogLevel::kWarn, name() + ": innodb_flush_log_at_trx_commit is " + std::to_string(flush) +
                                        ", so acknowledged commits may be lost; 1 keeps them");
  session_.rollback();
  return {};
}

sdk::Status MysqlServer::take_over(std::int32_t home, std::int32_t epoch, offset_store::Content& content) {
  sdk::Status status = raise_fence(home, epoch);
  // From here on nobody older writes, so the two tables can be read one after the other.
  if (status) status = read_offsets(home, content);
  if (status) status = read_records(home, content);
  session_.rollback();
  if (status) led_.insert(home);
  return settled(std::move(status));
}

// What an operator has to mend is seen best, and told, by the next connect(): tables that are gone are made there, or it says why not.
sdk::Status MysqlServer::settled(sdk::Status status) {
  if (status.code() != sdk::Code::kUnsupported) return status;
  session_.close();
  return sdk::Status::unavailable(status.message());
}

sdk::Status MysqlServer::raise_fence(std::int32_t home, std::int32_t epoch) {
  const std::vector<Value> line{Value(std::string_view(cluster_)), Value(std::int64_t{home}), Value(std::int64_t{epoch})};
  sdk::Status status =
      session_.run("INSERT INTO " + table("homes") +
                       " (cluster, home, epoch) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE epoch = GREATEST(epoch, VALUES(epoch))",
                   line);
  if (!status) return status;
  std::int64_t found = -1;
  status = session_.run("SELECT epoch FROM " + table("homes") + " WHERE cluster = ? AND home = ?", std::span(line).first(2),
                        [&](const Row& row) { found = row.number(0); });
  if (!status) return status;
  if (found > epoch) return fenced(home, found);
  status = session_.commit();
  // Raised or not: asking again does no harm.
  return status ? std::move(status) : sdk::Status::unavailable(status.message());
}

sdk::Status MysqlServer::read_offsets(std::int32_t home, offset_store::Content& content) {
  const std::vector<Value> key{Value(std::string_view(cluster_)), Value(std::int64_t{home})};
  return session_.run("SELECT group_key, group_name, topic, part, committed, leader_epoch, metadata, topic_id, commit_ms, expire_ms FROM " +
                          table("offsets") + " WHERE cluster = ? AND home = ?",
                      key, [&](const Row& row) {
                        offset_store::OwnedOffset offset;
                        offset.topic = row.text(2);
                        offset.partition = static_cast<std::int32_t>(row.number(3));
                        offset.offset = row.number(4);
                        offset.leader_epoch = static_cast<std::int32_t>(row.number(5));
                        offset.metadata = row.text(6);
                        const std::string id = row.text(7);
                        std::copy_n(id.begin(), std::min(id.size(), sizeof offset.topic_id.octets), offset.topic_id.octets);
                        offset.commit_ms = row.number(8);
                        offset.expire_ms = row.number(9);
                        content.offsets.emplace_back(row.text(row.is_null(1) ? 0 : 1), std::move(offset));
                      });
}

sdk::Status MysqlServer::read_records(std::int32_t home, offset_store::Content& content) {
  const std::vector<Value> key{Value(std::string_view(cluster_)), Value(std::int64_t{home})};
  return session_.run(
      "SELECT group_key, group_name, record_key, record_name, value FROM " + table("records") + " WHERE cluster = ? AND home = ?", key,
      [&](const Row& row) {
        content.records.emplace_back(row.text(row.is_null(1) ? 0 : 1),
                                     offset_store::OwnedRecord{row.text(row.is_null(3) ? 2 : 3), row.text(4)});
      });
}

void MysqlServer::write(Writes writes) {
  sdk::Status status = settled(transaction(writes));
  const bool is_about_the_data = status.code() == sdk::Code::kInvalid || status.code() == sdk::Code::kExhausted;
  if (is_about_the_data && writes.size() > 1) {
    // One of them is at fault; nothing was done. One by one the others do not suffer for it.
    for (std::size_t i = 0; i < writes.size(); ++i) write(writes.subspan(i, 1));
    return;
  }
  if (!status)
    for (OwnedWrite* each : writes)
      if (each->outcome) each->outcome = status.copy();
}

// Sets the outcome of what is fenced or refused; the status is that of the others.
sdk::Status MysqlServer::transaction(Writes writes) {
  for (OwnedWrite* write : writes) write->outcome = {};
  std::map<std::int32_t, std::int64_t> epochs;
  if (sdk::Status status = lock_fences(writes, epochs); !status) {
    session_.rollback();
    return status;
  }
  Changes changes(cluster_, prefix_);
  bool any = false;
  for (OwnedWrite* write : writes) {
    const auto found = epochs.find(write->home);
    if (found == epochs.end() || found->second < write->epoch) {
      // kUnknown: what is kept is not what the coordinator thinks. It takes the home over again, and is told.
      write->outcome = sdk::Status::error(led_.contains(write->home) ? sdk::Code::kUnknown : sdk::Code::kUnavailable,
                                          name() + " has forgotten that home " + std::to_string(write->home) +
                                              " was taken over: was the database set back? The home must be taken over again");
    } else if (found->second > write->epoch) {
      write->outcome = fenced(write->home, found->second);
    } else if (write->outcome = check(*write); write->outcome) {
      changes.add(*write);
      any = true;
    }
  }
  if (!any) {
    session_.rollback();
    return {};
  }
  if (sdk::Status status = changes.apply(session_); !status) {
    session_.rollback();
    return status;
  }
  return session_.commit();
}

sdk::Status MysqlServer::lock_fences(Writes writes, std::map<std::int32_t, std::int64_t>& epochs) {
  std::set<std::int32_t> homes;
  for (const OwnedWrite* write : writes) homes.insert(write->home);
  std::vector<Value> values{Value(std::string_view(cluster_))};
  std::string marks;
  for (std::int32_t home : homes) {
    values.emplace_back(std::int64_t{home});
    marks += marks.empty() ? "?" : ", ?";
  }
  return session_.run("SELECT home, epoch FROM " + table("homes") + " WHERE cluster = ? AND home IN (" + marks + ") FOR UPDATE", values,
                      [&](const Row& row) { epochs[static_cast<std::int32_t>(row.number(0))] = row.number(1); });
}

}  // namespace barnabas::offsets_mysql
