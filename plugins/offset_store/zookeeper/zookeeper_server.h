// A ZooKeeper ensemble as an offset store: what waits for a home becomes one multi-operation, fenced by the version of the home's node.
//
//   /barnabas                                         "barnabas offset_store 1"
//   /barnabas/place:                                  a random name of what is below /barnabas
//   /barnabas/CLUSTER/HOME                            {"epoch":5}
//   /barnabas/CLUSTER/HOME/GROUP/offset:TOPIC:PARTITION   the committed offset as JSON
//   /barnabas/CLUSTER/HOME/GROUP/record:KEY               a record of the coordinator: "=" and its value, or "+" and names of chunks
//   /barnabas/CLUSTER/HOME/chunks:/NAME                   a part of a value that is too large for one node
//   /consumers/GROUP/offsets/TOPIC/PARTITION          the offset as Kafka's old consumers kept it: written, never read
//
// Every multi-operation sets the home's node and names the version that it must have. So one that arrives late, from another coordinator or
// from a session of our own that was given up, fails as a whole as soon as anything else was written. Chunks are made before the operation
// that names them, under names that are used once; those that nothing names are removed at the next take-over.
#pragma once

#include "offset_store/server.h"
#include "shared/zookeeper/keeper.h"

#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace barnabas::offsets_zookeeper {

using zookeeper::Address;
using zookeeper::Call;
using zookeeper::Keeper;
using zookeeper::Operation;

class ZookeeperServer final : public offset_store::Server {
 public:
  ZookeeperServer(sdk::Host& host, Address address) : host_(host), keeper_(std::move(address)) {}

  std::string name() const override { return keeper_.name(); }
  sdk::Status connect(const std::string& cluster) override;
  bool is_connected() override { return keeper_.is_open(); }
  void disconnect() override { keeper_.close(); }
  sdk::OffsetStoreAbilities abilities() override;
  std::string place() override { return place_; }
  sdk::Status take_over(std::int32_t home, std::int32_t epoch, offset_store::Content& content) override;
  void resign(std::int32_t home) override { homes_.erase(home); }
  void write(std::span<offset_store::OwnedWrite* const> writes) override;
  void interrupt() noexcept override { keeper_.interrupt(); }

 private:
  struct Home {
    std::int32_t epoch = -1;
    std::int32_t version = -1;                             // of its node
    bool is_stale = false;                                 // version and nodes have to be read again
    std::unordered_set<std::string> nodes;                 // of groups and below
    std::unordered_map<std::string, std::size_t> members;  // nodes below each group's
    std::unordered_map<std::string, std::string> chunked;  // records in chunks, and what their nodes say
    std::uint64_t chunks_made = 0;
  };
  using Writes = std::vector<offset_store::OwnedWrite*>;
  using Large = std::map<const offset_store::OwnedRecord*, std::string>;
  using Wanted = std::map<std::string, std::optional<std::string>>;  // path -> data; none: gone

  sdk::Status make(const std::string& path, const std::string& data);
  sdk::Status check_schema();
  sdk::Status learn_place();
  // Reads epoch, version and nodes of the home; its content, too, where there is something to take it.
  sdk::Status read(std::int32_t number, Home& home, offset_store::Content* content);
  sdk::Status read_group(std::int32_t number, const std::string& path, const std::string& group, Home& home,
                         offset_store::Content* content);
  sdk::Status read_chunks(std::int32_t number, std::string_view names, std::string& value);
  sdk::Status remove_orphans(std::int32_t number, const Home& home);
  // Makes the chunks of values that need them; `large` says what their records' nodes will say.
  sdk::Status make_chunks(std::int32_t number, Home& home, const Writes& writes, Large& large);
  void remove_replaced(std::int32_t number, Home& home, const std::vector<Operation>& operations);
  sdk::Status write_together(std::int32_t number, Home& home, const Writes& writes);
  std::vector<Operation> plan(std::int32_t number, const Home& home, const Writes& writes, const Large& large) const;
  void plan_old_nodes(const Wanted& wanted, std::vector<Operation>& operations) const;
  void remember(Home& home, const std::vector<Operation>& operations);
  sdk::Status look_for_forgotten(const Writes& writes);
  sdk::Status look_at_old_nodes(const std::vector<Operation>& operations);
  sdk::Status failure(int code, const std::string& what, sdk::Code lost = sdk::Code::kUnavailable);
  std::string path_of(std::int32_t home) const { return root_ + "/" + std::to_string(home); }

  sdk::Host& host_;
  Keeper keeper_;
  std::string place_;
  std::string root_;  // /barnabas/CLUSTER
  std::map<std::int32_t, Home> homes_;
  std::unordered_set<std::string> old_nodes_;  // below /consumers, as far as they are known
};

}  // namespace barnabas::offsets_zookeeper
