// A MariaDB or MySQL server as an offset store: every batch of writes is one transaction.
//
// The transaction first locks the lines of its homes' fences (SELECT … FOR UPDATE) and compares epochs. The lock is what orders it behind
// everything before it: a take-over waits for it, and when a reply was lost and the transaction may still be committed, whatever is written
// next waits until the server has decided.
#pragma once

#include "offset_store/mysql/session.h"
#include "offset_store/server.h"

#include <map>
#include <set>

namespace barnabas::offsets_mysql {

class MysqlServer final : public offset_store::Server {
 public:
  MysqlServer(sdk::Host& host, Address address, std::string prefix)
      : host_(host), session_(std::move(address)), prefix_(std::move(prefix)) {}

  std::string name() const override { return "MariaDB at " + session_.address().server(); }
  sdk::Status connect(const std::string& cluster) override;
  bool is_connected() override { return session_.is_open(); }
  void disconnect() override { session_.close(); }
  sdk::OffsetStoreAbilities abilities() override { return abilities_; }
  std::string place() override { return place_; }
  sdk::Status take_over(std::int32_t home, std::int32_t epoch, offset_store::Content& content) override;
  void resign(std::int32_t home) override { led_.erase(home); }
  void write(std::span<offset_store::OwnedWrite* const> writes) override;
  void interrupt() noexcept override { session_.interrupt(); }

 private:
  using Writes = std::span<offset_store::OwnedWrite* const>;

  sdk::Status settle_session();
  sdk::Status learn_abilities();
  sdk::Status raise_fence(std::int32_t home, std::int32_t epoch);
  sdk::Status read_offsets(std::int32_t home, offset_store::Content& content);
  sdk::Status read_records(std::int32_t home, offset_store::Content& content);
  sdk::Status transaction(Writes writes);
  sdk::Status settled(sdk::Status status);
  sdk::Status lock_fences(Writes writes, std::map<std::int32_t, std::int64_t>& epochs);
  std::string table(const char* name) const { return "`" + prefix_ + name + "`"; }

  sdk::Host& host_;
  Session session_;
  const std::string prefix_;
  std::string cluster_;
  std::set<std::int32_t> led_;  // the homes taken over
  sdk::OffsetStoreAbilities abilities_;
  std::string place_;
};

}  // namespace barnabas::offsets_mysql
