// What a coordinator needs of its loop to move groups between stores. Part of group_loop.cc. Everything on the loop.
#pragma once

#include "kernel/broker/group_loop.h"

namespace barnabas::broker {

class GroupLoop::Mover final : public group::Stores {
 public:
  explicit Mover(GroupLoop& loop) : loop_(loop) {}

  std::size_t count() const override { return loop_.stores_.size(); }
  std::string_view name(std::size_t store) const override { return loop_.stores_.name(store); }
  std::vector<std::string_view> names() const override { return loop_.stores_.names(); }
  std::size_t find(std::string_view name) const override { return loop_.stores_.find(name); }
  std::size_t store_of(std::string_view group) const override { return loop_.stores_.index_of(group); }
  group::ErrorCode readiness(std::string_view group, std::int32_t home) const override;
  bool is_loaded(std::size_t store, std::int32_t home) const override;
  bool same_place(std::size_t a, std::size_t b) const override { return loop_.stores_.same_place(a, b); }
  sdk::OffsetStoreAbilities abilities(std::size_t store) override { return loop_.stores_.store(store).abilities(); }
  void write_to(std::size_t store, group::GroupChange change, std::function<void(group::ErrorCode)> done) override;
  void choose(std::string_view group, std::int32_t home, std::int32_t epoch, std::size_t store,
              std::function<void(group::ErrorCode, std::string)> done) override;

 private:
  GroupLoop& loop_;
};

}  // namespace barnabas::broker
