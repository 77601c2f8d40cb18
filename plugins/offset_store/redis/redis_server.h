// A Redis server as an offset store: one script a write, many of them sent together.
//
//   PREFIXschema                      "barnabas offset_store 1"
//   PREFIXplace                       a random name of what is kept under this prefix
//   PREFIX{CLUSTER/HOME}:fence        "EPOCH:SESSION"
//   PREFIX{CLUSTER/HOME}:groups       the set of its groups
//   PREFIX{CLUSTER/HOME}:group:GROUP  a hash: offset:TOPIC:PARTITION -> JSON, record:KEY -> octets
#pragma once

#include "offset_store/redis/connection.h"
#include "offset_store/server.h"

#include <unordered_map>

namespace barnabas::offsets_redis {

class RedisServer final : public offset_store::Server {
 public:
  RedisServer(sdk::Host& host, Address address, std::string prefix)
      : host_(host), connection_(std::move(address)), prefix_(std::move(prefix)) {}

  std::string name() const override { return "Redis at " + connection_.address().server(); }
  sdk::Status connect(const std::string& cluster) override;
  bool is_connected() override { return connection_.is_open(); }
  void disconnect() override { connection_.close(); }
  sdk::OffsetStoreAbilities abilities() override { return abilities_; }
  std::string place() override { return place_; }
  sdk::Status take_over(std::int32_t home, std::int32_t epoch, offset_store::Content& content) override;
  void resign(std::int32_t) override {}  // its sessions are counted on, should it come back
  void write(std::span<offset_store::OwnedWrite* const> writes) override;
  void interrupt() noexcept override { connection_.interrupt(); }

 private:
  struct Command;  // a write's arguments and the texts that they point to

  sdk::Status check_schema();
  sdk::Status learn_place();
  sdk::Status check_rights();
  sdk::Status learn_abilities();
  sdk::Status load_scripts();
  sdk::Status read(std::int32_t home, offset_store::Content& content);
  sdk::Status take_in(const std::string& group, const redisReply& hash, offset_store::Content& content) const;
  sdk::Status begin_session(std::int32_t home, std::int32_t epoch);
  std::vector<Reply> run_scripts(const std::vector<Arguments>& commands);
  sdk::Status outcome(const offset_store::OwnedWrite& write, const Reply& reply);
  std::string home_key(const std::string& home, const char* what) const { return prefix_ + "{" + cluster_ + "/" + home + "}:" + what; }

  sdk::Host& host_;
  Connection connection_;
  const std::string prefix_;
  std::string cluster_;
  std::string take_over_sha_;
  std::string write_sha_;
  std::unordered_map<std::int32_t, std::int64_t> sessions_;  // of the homes that were ever taken over
  sdk::OffsetStoreAbilities abilities_;
  std::string place_;
};

}  // namespace barnabas::offsets_redis
