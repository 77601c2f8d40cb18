#include "fuzz/memory.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace barnabas::fuzz {
namespace {

const std::byte* member_of(const void* object, std::uint32_t offset) { return static_cast<const std::byte*>(object) + offset; }

bool is_there(const wire::Field& field, const void* object, int version) {
  if (!field.at.versions.has(version)) return false;
  return !field.is_nullable || *reinterpret_cast<const bool*>(member_of(object, field.offset) + field.flag_offset);
}

// call(value) for the field's value, or each element of its array.
template <class Call>
void each_value(const wire::Field& field, const void* object, Call&& call) {
  const std::byte* member = member_of(object, field.offset);
  if (!field.is_array) return call(static_cast<const void*>(member));
  wire::RawArray array;
  std::memcpy(&array, member, sizeof array);
  const std::size_t step = field.kind == wire::Kind::kStruct ? field.element->size : wire::size_of(field.kind);
  for (std::size_t i = 0; i < std::min<std::size_t>(array.size, 100); ++i) call(static_cast<const std::byte*>(array.data) + i * step);
}

}  // namespace

template <class T>
void Memory::keep(ByField<T>& all, std::string_view field, T value) {
  Ring<T>& ring = all[field];
  if (std::find(ring.values.begin(), ring.values.end(), value) != ring.values.end()) return;
  if (ring.values.size() < kMost) {
    ring.values.push_back(std::move(value));
  } else {
    ring.values[ring.next++ % kMost] = std::move(value);
  }
}

bool Memory::is_spared(const wire::Struct& s, const void* object, int version) const {
  if (spared_.empty()) return false;
  bool found = false;
  for (const wire::Field& field : s.all())
    if (field.kind == wire::Kind::kString && is_there(field, object, version))
      each_value(field, object, [&](const void* value) { found |= static_cast<const std::string_view*>(value)->starts_with(spared_); });
  return found;
}

void Memory::learn(const wire::Struct& s, const void* object, int version) {
  if (is_spared(s, object, version)) return;
  for (const wire::Field& field : s.all())
    if (is_there(field, object, version)) each_value(field, object, [&](const void* value) { learn_value(field, value, version); });
}

void Memory::learn_value(const wire::Field& field, const void* value, int version) {
  switch (field.kind) {
    case wire::Kind::kStruct:
      return learn(*field.element, value, version);
    case wire::Kind::kString: {
      const auto& text = *static_cast<const std::string_view*>(value);
      if (text.size() <= kMostTextBytes) keep(texts_, field.name, std::string(text));
      return;
    }
    case wire::Kind::kUuid:
      return keep(ids_, field.name, *static_cast<const Uuid*>(value));
    case wire::Kind::kBytes:
    case wire::Kind::kRecords:
    case wire::Kind::kFloat64:
    case wire::Kind::kBool:
      return;
    default: {
      std::uint64_t number = 0;
      std::memcpy(&number, value, wire::size_of(field.kind));
      return keep(numbers_, field.name, number);
    }
  }
}

}  // namespace barnabas::fuzz
