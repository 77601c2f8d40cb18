// The committed offsets of one group, as they are stored, and the writes on their way to the store.
//
// A commit shows when it is stored. Several for one partition may be under way, and what forgets it: the later one wins whatever the order
// in which their ends are heard. Plain state. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/group/journal.h"

namespace barnabas::group {

class OffsetTable {
 public:
  // `value` is stored, before anything was begun.
  void load(StoredOffset value);

  // A write of these begins; its number is for done().
  std::uint64_t begin(const std::vector<StoredOffset>& values);
  void done(std::uint64_t number, std::vector<StoredOffset> values, bool stored);
  // A write that forgets offsets begins; its number is for forgotten(), when it has taken effect.
  std::uint64_t begin_forgetting() { return ++last_number_; }
  void forgotten(std::uint64_t number, const std::vector<StoredOffsetKey>& keys);

  const StoredOffset* find(std::string_view topic, std::int32_t partition) const;
  // Stored, or being written.
  bool has(std::string_view topic, std::int32_t partition) const;
  bool writing(std::string_view topic, std::int32_t partition) const;
  bool empty() const { return topics_.empty(); }

  // Topics, and partitions within them, in order.
  void each(const std::function<void(const StoredOffset&)>& visit) const;
  void each_of(std::string_view topic, const std::function<void(const StoredOffset&)>& visit) const;
  // Also what is only being written.
  std::vector<StoredOffsetKey> keys() const;
  std::vector<StoredOffsetKey> keys_of(std::string_view topic) const;

 private:
  struct Cell {
    StoredOffset value;
    std::uint64_t number = 0;  // of the write that `value` is from, or that forgot it
    std::uint32_t writes = 0;  // under way
    bool has_value = false;
  };
  using Partitions = std::map<std::int32_t, Cell>;

  const Cell* cell(std::string_view topic, std::int32_t partition) const;

  std::map<std::string, Partitions, std::less<>> topics_;  // none without partitions
  std::uint64_t last_number_ = 0;
};

}  // namespace barnabas::group
