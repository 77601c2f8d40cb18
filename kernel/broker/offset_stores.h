// The offset stores of one loop, and which group belongs to which: the one that a move has put it into (its config offset.store), else that
// of the first pattern that matches its name.
//
// A place has one store, whatever it is called and however many patterns lead to it: two would take its homes from each other. Everything
// on the loop.
#pragma once

#include <barnabas/sdk/offset_store.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/broker/plugin_calls.h"
#include "kernel/catalog/image.h"
#include "kernel/group/journal.h"

namespace barnabas::broker {

class OffsetStores final {
 public:
  OffsetStores(sdk::Executor& loop, PluginCalls::Log log) : calls_(loop, std::move(log)) {}

  // `pattern`: of group ids, with '*' for any octets; "*" for all that are left; "" for none but those that are moved there. `place`: equal
  // where two configurations surely mean one; empty: not known.
  void add(std::string name, std::string pattern, std::shared_ptr<sdk::OffsetStore> store, std::string place = {});
  // The same of a store that was added, under this name or for this place. False: there is none.
  bool add_again(const std::string& name, const std::string& pattern, std::string_view place);
  // Where moves are noted: the image that counts now. Outlives this.
  void follow(const std::shared_ptr<const catalog::Image>& image) { image_ = &image; }
  std::size_t size() const { return stores_.size(); }
  std::string_view name(std::size_t index) const { return stores_[index].name; }  // the first one
  std::vector<std::string_view> names() const;
  sdk::OffsetStore& store(std::size_t index) { return *stores_[index].store; }
  // The store of the group; size() when there is none, as after a move into one that the deployment has no more.
  std::size_t index_of(std::string_view group) const;
  std::size_t find(std::string_view name) const;  // size(): there is none
  // As far as their servers say it; what their configurations say has made them one store.
  bool same_place(std::size_t a, std::size_t b) const;
  // What is wrong with that, and what helps.
  std::string one_place(std::size_t a, std::size_t b) const;

  // store(index).take_over(), however long it takes; `load` lives as long as `ended`.
  void take_over(std::size_t index, std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, PluginCalls::Ended ended);

  // Each of all, one after another; the first failure ends it, and so do two of one place.
  void start(const std::string& cluster_id, std::int32_t node_id, std::int32_t home_count, std::function<void(Status)> started);
  // Those that were started; a failure is passed over.
  void stop(std::function<void()> stopped);

  // As group::Journal::write(), into this store; size(): there is none.
  void write_to(std::size_t index, const group::GroupChange& change, std::function<void(group::ErrorCode)> done);

 private:
  struct Store {
    std::string name;
    std::string place;
    std::shared_ptr<sdk::OffsetStore> store;
    bool started = false;
  };
  struct Way {
    std::string name;
    std::string pattern;
    std::size_t store;
  };
  void start_from(std::size_t index, std::string cluster_id, std::int32_t node_id, std::int32_t home_count,
                  std::function<void(Status)> started);
  void stop_from(std::size_t index, std::function<void()> stopped);

  std::string what(std::size_t index, std::string_view function) const;

  PluginCalls calls_;
  std::vector<Store> stores_;
  std::vector<Way> ways_;  // in the order of the deployment
  const std::shared_ptr<const catalog::Image>* image_ = nullptr;
};

// '*' stands for any octets, everything else for itself.
bool matches_group(std::string_view pattern, std::string_view group);

}  // namespace barnabas::broker
