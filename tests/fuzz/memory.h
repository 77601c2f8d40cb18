// What a broker has told a fuzzer: names, ids and epochs by the name of their field, so that later requests can be about things that are
// there. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/uuid.h"
#include "kernel/wire/table.h"

namespace barnabas::fuzz {

class Memory {
 public:
  // Of structs that name something beginning with `spared`, nothing is remembered: it belongs to somebody else.
  explicit Memory(std::string_view spared = {}) : spared_(spared) {}

  void learn(const wire::Struct& s, const void* object, int version);

  // Null: nothing was told of such a field yet.
  const std::string* text(std::string_view field, std::size_t which) const { return find(texts_, field, which); }
  const std::uint64_t* number(std::string_view field, std::size_t which) const { return find(numbers_, field, which); }
  const Uuid* id(std::string_view field, std::size_t which) const { return find(ids_, field, which); }

 private:
  static constexpr std::size_t kMost = 8;  // of one field; newer ones take the places of older ones
  static constexpr std::size_t kMostTextBytes = 200;
  template <class T>
  struct Ring {
    std::vector<T> values;
    std::size_t next = 0;
  };
  template <class T>
  using ByField = std::map<std::string_view, Ring<T>>;

  template <class T>
  static const T* find(const ByField<T>& all, std::string_view field, std::size_t which) {
    const auto at = all.find(field);
    return at == all.end() ? nullptr : &at->second.values[which % at->second.values.size()];
  }
  template <class T>
  static void keep(ByField<T>& all, std::string_view field, T value);
  bool is_spared(const wire::Struct& s, const void* object, int version) const;
  void learn_value(const wire::Field& field, const void* value, int version);

  std::string_view spared_;
  ByField<std::string> texts_;
  ByField<std::uint64_t> numbers_;
  ByField<Uuid> ids_;
};

}  // namespace barnabas::fuzz
