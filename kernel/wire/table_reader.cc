#include "kernel/wire/table_reader.h"

#include <fmt/format.h>

#include "kernel/wire/decode_limit.h"
#include "kernel/wire/primitives.h"

namespace barnabas::wire {
namespace {

std::byte* member_of(void* object, std::uint32_t offset) { return static_cast<std::byte*>(object) + offset; }

void set_flag(const Field& field, void* member) {
  if (field.is_nullable) *reinterpret_cast<bool*>(member_of(member, field.flag_offset)) = true;
}

void prepend(std::string& path, std::string_view step) {
  if (!path.empty() && path.front() != '[') path.insert(0, 1, '.');
  path.insert(0, step);
}

}  // namespace

Status TableReader::read(void* object) {
  std::memcpy(object, message_.body->defaults, message_.body->size);
  if (read_struct(*message_.body, object)) return {};
  return Status::corrupt(fmt::format("{} v{}{}{}: {}", message_.name, version_, path_.empty() ? "" : " ", path_, what_));
}

bool TableReader::read_struct(const Struct& s, void* object) {
  for (const Field& field : s.all()) {
    if (field.tagged() || !field.at.versions.has(version_)) continue;
    if (!read_field(field, object)) {
      prepend(path_, field.name);
      return false;
    }
  }
  return !flexible_ || read_tags(s, object);
}

bool TableReader::read_field(const Field& field, void* object) {
  return read_value(field, member_of(object, field.offset), field.at.null.has(version_));
}

bool TableReader::read_value(const Field& field, void* member, bool null_allowed) {
  if (field.is_array) return read_array(field, member, null_allowed);
  switch (field.kind) {
    case Kind::kStruct:
      return field.is_nullable && null_allowed ? read_nullable_struct(field, member) : read_struct(*field.element, member);
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kRecords: {
      bool null = false;
      if (!read_text(field.kind, flexible_ && !field.at.always_classic, member, &null)) return false;
      if (null) {
        if (!null_allowed) return fail(fmt::format("null, which version {} does not allow here", version_));
        if (field.kind == Kind::kRecords) {
          new (member) Records();
        } else {
          std::memset(member, 0, field.flag_offset + 1);
        }
        return true;
      }
      set_flag(field, member);
      return true;
    }
    default:
      if (!need("a number", size_of(field.kind))) return false;
      read_number(field.kind, member);
      return true;
  }
}

bool TableReader::read_nullable_struct(const Field& field, void* member) {
  bool present = false;
  if (in_tag_) {
    std::uint32_t marker = 0;
    if (!read_uvarint("the marker of null or not", marker)) return false;
    if (marker > 1) return fail(fmt::format("the marker of null or not is {}, it can be 0 or 1", marker));
    present = marker == 1;
  } else {
    if (!need("the marker of null or not", 1)) return false;
    const auto marker = static_cast<std::int8_t>(*at_++);
    if (marker != 1 && marker != -1) return fail(fmt::format("the marker of null or not is {}, it can be -1 or 1", marker));
    present = marker == 1;
  }
  std::memcpy(member, field.element->defaults, field.element->size);
  *reinterpret_cast<bool*>(member_of(member, field.flag_offset)) = present;
  // Inside the struct its nullable members have their usual markers again.
  if (!present) return true;
  const bool outer = std::exchange(in_tag_, false);
  const bool ok = read_struct(*field.element, member);
  in_tag_ = outer;
  return ok;
}

// REQUIRES: the octets are there.
void TableReader::read_number(Kind kind, void* to) {
  switch (kind) {
    case Kind::kBool:
      *static_cast<bool*>(to) = *at_ != 0;
      break;
    case Kind::kInt8:
      *static_cast<std::uint8_t*>(to) = *at_;
      break;
    case Kind::kInt16:
    case Kind::kUint16: {
      const auto value = load_big_endian<std::uint16_t>(at_);
      std::memcpy(to, &value, sizeof value);
      break;
    }
    case Kind::kInt32:
    case Kind::kUint32: {
      const auto value = load_big_endian<std::uint32_t>(at_);
      std::memcpy(to, &value, sizeof value);
      break;
    }
    case Kind::kInt64:
    case Kind::kFloat64: {
      const auto value = load_big_endian<std::uint64_t>(at_);
      std::memcpy(to, &value, sizeof value);
      break;
    }
    case Kind::kUuid:
      std::memcpy(to, at_, sizeof(Uuid));
      break;
    default:
      break;
  }
  at_ += size_of(kind);
}

void TableReader::read_numbers(Kind kind, std::size_t count, void* to) {
  const std::size_t step = size_of(kind);
  for (std::size_t i = 0; i < count; ++i) read_number(kind, static_cast<std::byte*>(to) + i * step);
}

// Text and octets become views of the frame.
bool TableReader::read_text(Kind kind, bool compact, void* to, bool* null) {
  const bool is_string = kind == Kind::kString;
  std::int64_t length = 0;
  if (!read_length(is_string ? "the length of a string" : "the length of a bytes field", compact, is_string, length)) return false;
  *null = length < 0;
  if (*null) return true;
  const auto size = static_cast<std::size_t>(length);
  if (is_string && size > 0x7fff) return fail(fmt::format("a string of {} octets, Kafka's strings have at most 32767", size));
  if (size > left()) return fail(fmt::format("{} octets announced, {} are left", size, left()));
  if (is_string) {
    new (to) std::string_view(reinterpret_cast<const char*>(at_), size);
  } else if (kind == Kind::kBytes) {
    new (to) Bytes(at_, size);
  } else {
    new (to) Records(Bytes(at_, size));
  }
  at_ += size;
  return true;
}

bool TableReader::read_array(const Field& field, void* member, bool null_allowed) {
  const bool compact = flexible_ && !field.at.always_classic;
  std::int64_t length = 0;
  if (!read_length("the number of elements", compact, false, length)) return false;
  if (length < 0) {
    if (!null_allowed) return fail(fmt::format("null, which version {} does not allow here", version_));
    std::memset(member, 0, field.flag_offset + 1);
    return true;
  }
  const auto count = static_cast<std::size_t>(length);
  const bool is_struct = field.kind == Kind::kStruct;
  const std::size_t each = is_struct ? field.element->min_octets[version_] : min_octets(field.kind, compact);
  // What is announced must fit before memory is taken for it; even an element of no octets counts as one.
  if (count > left() / std::max<std::size_t>(each, 1))
    return fail(fmt::format("{} elements announced, each takes at least {} octets, {} are left", count, each, left()));

  const std::size_t step = is_struct ? field.element->size : size_of(field.kind);
  if (!has_room(count * step))
    return fail(fmt::format("{} elements announced, which take {} octets of memory; a request may take {} in all", count, count * step,
                            kMostDecodedBytes));
  RawArray array{nullptr, count};
  if (count != 0) array.data = arena_.allocate(count * step, is_struct ? field.element->alignment : std::min<std::size_t>(step, 8));
  std::memcpy(member, &array, sizeof array);
  set_flag(field, member);

  if (is_struct || field.kind == Kind::kString || field.kind == Kind::kBytes) {
    const bool outer = std::exchange(in_tag_, false);
    for (std::size_t i = 0; i < count; ++i) {
      void* element = static_cast<std::byte*>(array.data) + i * step;
      if (is_struct) std::memcpy(element, field.element->defaults, step);
      bool null = false;
      bool ok = is_struct ? read_struct(*field.element, element) : read_text(field.kind, compact, element, &null);
      if (null) ok = fail("null, which an element cannot be");
      if (!ok) {
        prepend(path_, fmt::format("[{}]", i));
        return false;
      }
    }
    in_tag_ = outer;
    return true;
  }
  read_numbers(field.kind, count, array.data);
  return true;
}

bool TableReader::read_tags(const Struct& s, void* object) {
  std::uint32_t count = 0;
  if (!read_uvarint("the number of tagged fields", count)) return false;
  if (count > left() / 2) return fail(fmt::format("{} tagged fields announced, each takes at least 2 octets, {} are left", count, left()));
  std::int64_t previous = -1;
  const bool keeps = s.unknown_tags != Struct::kDropsUnknownTags;
  std::span<UnknownTag> room;
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t tag = 0;
    std::uint32_t size = 0;
    if (!read_uvarint("the number of a tagged field", tag)) return false;
    if (tag <= previous) return fail(fmt::format("tag {} follows tag {}, tags must ascend", tag, previous));
    previous = tag;
    if (!read_uvarint("the size of a tagged field", size)) return false;
    if (size > left()) return fail(fmt::format("tag {} announces {} octets, {} are left", tag, size, left()));
    const Field* known = nullptr;
    for (std::size_t t = 0; t < s.tag_count; ++t)
      if (s.tagged(t).tag == tag && s.tagged(t).at.versions.has(version_)) known = &s.tagged(t);
    if (known == nullptr) {
      if (keeps) {
        if (room.empty() && !has_room((count - i) * sizeof(UnknownTag)))
          return fail(fmt::format("{} unknown tags are more than a request may hold in memory", count - i));
        if (room.empty()) room = arena_.array<UnknownTag>(count - i);
        room[kept++] = {tag, {at_, size}};
      }
      at_ += size;
      continue;
    }
    const std::uint8_t* outer_end = std::exchange(end_, at_ + size);
    const bool outer = std::exchange(in_tag_, known->kind == Kind::kStruct && !known->is_array);
    bool ok = read_field(*known, object);
    if (ok && at_ != end_) ok = fail(fmt::format("{} octets are left of its {}", left(), size));
    if (!ok) {
      prepend(path_, known->name);
      return false;
    }
    in_tag_ = outer;
    end_ = outer_end;
  }
  if (kept != 0) *reinterpret_cast<UnknownTags*>(member_of(object, s.unknown_tags)) = room.first(kept);
  return true;
}

bool TableReader::read_length(const char* what, bool compact, bool is_short, std::int64_t& length) {
  if (compact) {
    std::uint32_t raw = 0;
    if (!read_uvarint(what, raw)) return false;
    length = static_cast<std::int64_t>(raw) - 1;
    return true;
  }
  if (!need(what, is_short ? 2 : 4)) return false;
  length = is_short ? load_big_endian<std::int16_t>(at_) : load_big_endian<std::int32_t>(at_);
  if (length < -1) return fail(fmt::format("{} is {}, it can be -1 for null or more", what, length));
  at_ += is_short ? 2 : 4;
  return true;
}

bool TableReader::read_uvarint(const char* what, std::uint32_t& value) {
  switch (read_strict_uvarint(at_, end_, value)) {
    case VarintFault::kNone:
      return true;
    case VarintFault::kCut:
      return fail(fmt::format("the octets end inside {}", what));
    case VarintFault::kTooLong:
      return fail(fmt::format("{} is a varint of more than 32 bits", what));
    case VarintFault::kNotMinimal:
      return fail(fmt::format("{} is a varint that is longer than its value needs", what));
  }
  return false;
}

bool TableReader::need(const char* what, std::size_t octets) {
  if (octets <= left()) [[likely]]
    return true;
  return fail(fmt::format("{} takes {} octets, {} are left", what, octets, left()));
}

bool TableReader::has_room(std::size_t octets) const {
  return !std::string_view(message_.name).ends_with("Request") || octets + arena_.reserved_bytes() <= kMostDecodedBytes;
}

bool TableReader::fail(std::string what) {
  what_ = fmt::format("{} (at octet {})", what, at_ - begin_);
  return false;
}

}  // namespace barnabas::wire
