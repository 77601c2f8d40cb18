#include "kernel/wire/table_writer.h"

#include <fmt/format.h>

#include "kernel/wire/primitives.h"

namespace barnabas::wire {
namespace {

const std::byte* member_of(const void* object, std::uint32_t offset) { return static_cast<const std::byte*>(object) + offset; }

bool same_octets(Bytes a, Bytes b) { return a.size == b.size && (a.size == 0 || std::memcmp(a.data, b.data, a.size) == 0); }

void prepend(std::string& path, std::string_view step) {
  if (!path.empty() && path.front() != '[') path.insert(0, 1, '.');
  path.insert(0, step);
}

}  // namespace

bool is_null(const Field& field, const void* member) {
  if (field.kind == Kind::kRecords) return static_cast<const Records*>(member)->null;
  return field.is_nullable && !*reinterpret_cast<const bool*>(member_of(member, field.flag_offset));
}

RawArray array_of(const void* member) {
  RawArray array;
  std::memcpy(&array, member, sizeof array);
  return array;
}

bool is_default(const Field& field, const void* object, const void* defaults) {
  const void* a = member_of(object, field.offset);
  const void* b = member_of(defaults, field.offset);
  if (is_null(field, a) || is_null(field, b)) return is_null(field, a) == is_null(field, b);
  if (field.is_array) return array_of(a).size == 0;  // no array has elements by default
  switch (field.kind) {
    case Kind::kString:
      return *static_cast<const std::string_view*>(a) == *static_cast<const std::string_view*>(b);
    case Kind::kBytes:
      return same_octets(*static_cast<const Bytes*>(a), *static_cast<const Bytes*>(b));
    case Kind::kRecords:
      return false;
    case Kind::kStruct:
      for (const Field& inner : field.element->all())
        if (!is_default(inner, a, b)) return false;
      return true;
    default:
      return std::memcmp(a, b, size_of(field.kind)) == 0;
  }
}

Status TableWriter::write(const void* object) {
  const std::size_t size = buffer_.size();
  const std::size_t cuts = buffer_.cuts().size();
  if (write_struct(*message_.body, object)) return {};
  buffer_.truncate(size, cuts);
  return Status::unsupported(fmt::format("{} v{}{}{}: {}", message_.name, version_, path_.empty() ? "" : " ", path_, what_));
}

bool TableWriter::write_struct(const Struct& s, const void* object) {
  for (const Field& field : s.all()) {
    const bool here = field.at.versions.has(version_);
    if (here && field.tagged()) continue;
    if (here ? !write_value(field, member_of(object, field.offset)) : !check_absent(field, s, object)) {
      prepend(path_, field.name);
      return false;
    }
  }
  if (flexible_) return write_tags(s, object);
  if (s.unknown_tags == Struct::kDropsUnknownTags) return true;
  if (reinterpret_cast<const UnknownTags*>(member_of(object, s.unknown_tags))->empty()) return true;
  path_ = "unknown_tags";
  return fail(fmt::format("version {} has no tagged fields", version_));
}

bool TableWriter::check_absent(const Field& field, const Struct& s, const void* object) {
  if (field.at.may_be_dropped || is_default(field, object, s.defaults)) return true;
  const Range versions = field.at.versions;
  return fail(fmt::format("set, but version {} does not have it: {}", version_,
                          version_ < versions.first ? fmt::format("it came with version {}", versions.first)
                                                    : fmt::format("version {} was the last with it", versions.last)));
}

bool TableWriter::write_value(const Field& field, const void* member) {
  const bool compact = flexible_ && !field.at.always_classic;
  if (is_null(field, member)) {
    if (!field.at.null.has(version_)) return fail(fmt::format("null, which version {} does not allow here", version_));
    put_null(field, compact);
    return true;
  }
  if (field.is_array) return write_array(field, member, compact);
  switch (field.kind) {
    case Kind::kStruct: {
      if (field.is_nullable && field.at.null.has(version_)) buffer_.append_octet(1);
      const bool outer = std::exchange(in_tag_, false);
      const bool ok = write_struct(*field.element, member);
      in_tag_ = outer;
      return ok;
    }
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kRecords:
      return write_text(field.kind, compact, member);
    default:
      write_number(field.kind, member);
      return true;
  }
}

bool TableWriter::write_array(const Field& field, const void* member, bool compact) {
  const RawArray array = array_of(member);
  put_length(compact, false, array.size);
  const bool is_struct = field.kind == Kind::kStruct;
  const std::size_t step = is_struct ? field.element->size : size_of(field.kind);
  const bool outer = std::exchange(in_tag_, false);
  for (std::size_t i = 0; i < array.size; ++i) {
    const void* element = static_cast<const std::byte*>(array.data) + i * step;
    bool ok = true;
    if (is_struct) {
      ok = write_struct(*field.element, element);
    } else if (field.kind == Kind::kString || field.kind == Kind::kBytes) {
      ok = write_text(field.kind, compact, element);
    } else {
      write_number(field.kind, element);
    }
    if (!ok) {
      prepend(path_, fmt::format("[{}]", i));
      return false;
    }
  }
  in_tag_ = outer;
  return true;
}

bool TableWriter::write_text(Kind kind, bool compact, const void* member) {
  if (kind == Kind::kString) {
    const std::string_view text = *static_cast<const std::string_view*>(member);
    if (text.size() > 0x7fff) return fail(fmt::format("a string of {} octets, Kafka's strings have at most 32767", text.size()));
    put_length(compact, true, text.size());
    buffer_.append(text);
    return true;
  }
  Records value;
  if (kind == Kind::kRecords) {
    value = *static_cast<const Records*>(member);
  } else {
    value = *static_cast<const Bytes*>(member);
  }
  if (value.size() > 0x7fffffff) return fail(fmt::format("{} octets, at most 2147483647 can be announced", value.size()));
  put_length(compact, false, static_cast<std::size_t>(value.size()));
  if (value.is_external()) {
    buffer_.append_cut({.size = value.external_size, .bytes = {}, .external = value.external});
  } else if (value.bytes.size >= buffer_.gathers_from() && !inside_tag_) {
    buffer_.append_cut({.size = value.bytes.size, .bytes = value.bytes});
  } else {
    buffer_.append(value.bytes);
  }
  return true;
}

void TableWriter::write_number(Kind kind, const void* member) {
  const std::size_t size = size_of(kind);
  std::uint8_t* to = buffer_.room(size);
  switch (size) {
    case 1:
      *to = kind == Kind::kBool ? *static_cast<const bool*>(member) : *static_cast<const std::uint8_t*>(member);
      break;
    case 2: {
      std::uint16_t value;
      std::memcpy(&value, member, sizeof value);
      store_big_endian(to, value);
      break;
    }
    case 4: {
      std::uint32_t value;
      std::memcpy(&value, member, sizeof value);
      store_big_endian(to, value);
      break;
    }
    case 8: {
      std::uint64_t value;
      std::memcpy(&value, member, sizeof value);
      store_big_endian(to, value);
      break;
    }
    default:
      std::memcpy(to, member, size);
      break;
  }
  buffer_.commit(to + size);
}

// Known and kept unknown tags, ascending. Both lists ascend, so this is a merge.
bool TableWriter::write_tags(const Struct& s, const void* object) {
  const auto present = [&](const Field& field) { return field.at.versions.has(version_) && !is_default(field, object, s.defaults); };
  UnknownTags unknown;
  if (s.unknown_tags != Struct::kDropsUnknownTags) unknown = *reinterpret_cast<const UnknownTags*>(member_of(object, s.unknown_tags));
  std::size_t count = unknown.size();
  for (std::size_t i = 0; i < s.tag_count; ++i) count += present(s.tagged(i));
  put_uvarint(static_cast<std::uint32_t>(count));
  if (count == 0) return true;

  auto next_unknown = unknown.begin();
  std::int64_t last = -1;
  const auto ascends = [&](std::uint32_t tag) {
    const bool ok = tag > last;
    last = tag;
    return ok || fail(fmt::format("tag {} twice or out of order among the unknown tagged fields", tag));
  };
  const auto put_unknown_below = [&](std::uint64_t tag) {
    for (; next_unknown != unknown.end() && next_unknown->tag < tag; ++next_unknown) {
      if (!ascends(next_unknown->tag)) return false;
      put_uvarint(next_unknown->tag);
      put_uvarint(static_cast<std::uint32_t>(next_unknown->payload.size));
      buffer_.append(next_unknown->payload);
    }
    return true;
  };
  for (std::size_t i = 0; i < s.tag_count; ++i) {
    const Field& field = s.tagged(i);
    if (!present(field)) continue;
    if (!put_unknown_below(field.tag) || !ascends(field.tag) || !write_tag(field, object)) {
      prepend(path_, field.name);
      return false;
    }
  }
  return put_unknown_below(~std::uint64_t{0});
}

// The size comes before the payload and is as long as its value needs: one octet is kept for it, and payloads of 128 octets and more are
// moved.
bool TableWriter::write_tag(const Field& field, const void* object) {
  put_uvarint(field.tag);
  const std::size_t size_position = buffer_.size();
  buffer_.append_octet(0);
  const bool outer = std::exchange(inside_tag_, true);
  in_tag_ = field.kind == Kind::kStruct && !field.is_array;
  const void* member = member_of(object, field.offset);
  if (in_tag_ && is_null(field, member)) {
    buffer_.append_octet(0);
  } else if (!write_value(field, member)) {
    return false;
  }
  in_tag_ = false;
  inside_tag_ = outer;

  const std::size_t payload = buffer_.size() - size_position - 1;
  const std::size_t extra = base::uvarint_size(payload) - 1;
  std::uint8_t* end = buffer_.room(extra);
  std::uint8_t* at = end - payload - 1;
  if (extra != 0) std::memmove(at + 1 + extra, at + 1, payload);
  base::write_uvarint(at, static_cast<std::uint32_t>(payload));
  buffer_.commit(end + extra);
  return true;
}

void TableWriter::put_length(bool compact, bool is_short, std::size_t length) {
  if (compact) {
    put_uvarint(static_cast<std::uint32_t>(length + 1));
  } else if (is_short) {
    buffer_.append_int16(static_cast<std::int16_t>(length));
  } else {
    buffer_.append_int32(static_cast<std::int32_t>(length));
  }
}

void TableWriter::put_null(const Field& field, bool compact) {
  if (field.kind == Kind::kStruct && !field.is_array) {
    buffer_.append_octet(0xff);
  } else if (compact) {
    buffer_.append_octet(0);
  } else if (field.kind == Kind::kString && !field.is_array) {
    buffer_.append_int16(-1);
  } else {
    buffer_.append_int32(-1);
  }
}

void TableWriter::put_uvarint(std::uint32_t value) { buffer_.commit(base::write_uvarint(buffer_.room(base::kMaxVarintBytes), value)); }

bool TableWriter::fail(std::string what) {
  what_ = std::move(what);
  return false;
}

}  // namespace barnabas::wire
