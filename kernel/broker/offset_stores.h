// The offset stores of one loop, and which group belongs to which: the first pattern that matches its name, else the last store.
//
// It is the Journal of the loop's coordinator. Everything on the loop.
#pragma once

#include <barnabas/sdk/offset_store.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/group/journal.h"

namespace barnabas::broker {

class OffsetStores final : public group::Journal {
 public:
  explicit OffsetStores(sdk::Executor& loop) : loop_(loop) {}

  // `pattern`: of group ids, with '*' for any octets; "*" for all that are left. `name` is for the log.
  void add(std::string name, std::string pattern, std::shared_ptr<sdk::OffsetStore> store);
  std::size_t size() const { return stores_.size(); }
  std::string_view name(std::size_t index) const { return stores_[index].name; }
  sdk::OffsetStore& store(std::size_t index) { return *stores_[index].store; }
  // The store of the group; size() when there is none.
  std::size_t index_of(std::string_view group) const;

  // Each of all, one after another; the first failure ends it.
  void start(const std::string& cluster_id, std::int32_t node_id, std::int32_t home_count, std::function<void(Status)> started);
  // Those that were started; a failure is passed over.
  void stop(std::function<void()> stopped);

  void write(group::GroupChange change, std::function<void(group::ErrorCode)> done) override;

 private:
  struct Chosen {
    std::string name;
    std::string pattern;
    std::shared_ptr<sdk::OffsetStore> store;
    bool started = false;
  };
  void start_from(std::size_t index, std::string cluster_id, std::int32_t node_id, std::int32_t home_count,
                  std::function<void(Status)> started);
  void stop_from(std::size_t index, std::function<void()> stopped);

  sdk::Executor& loop_;
  std::vector<Chosen> stores_;
};

// '*' stands for any octets, everything else for itself.
bool matches_group(std::string_view pattern, std::string_view group);

}  // namespace barnabas::broker
