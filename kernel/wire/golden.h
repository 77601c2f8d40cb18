// For this floor's tests: messages made and filled by their tables alone, and the golden files of tests/golden/wire.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "kernel/base/arena.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/registry.h"
#include "kernel/wire/table.h"

namespace barnabas::wire::golden {

inline std::string path(const std::string& file) { return std::string(BARNABAS_SOURCE_DIR "/tests/golden/wire/") + file; }

inline std::string read(const std::string& file) {
  std::ifstream in(path(file), std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Rows of a tab-separated file, without comments and the line of column names.
inline std::vector<std::vector<std::string>> rows(const std::string& file) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream in(read(file));
  bool names = true;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#' || std::exchange(names, false)) continue;
    std::vector<std::string> columns(1);
    for (char c : line) {
      if (c == '\t') {
        columns.emplace_back();
      } else {
        columns.back() += c;
      }
    }
    rows.push_back(columns);
  }
  return rows;
}

using Octets = std::vector<std::uint8_t>;

// Spaces between the octets are for the reader.
inline Octets from_hex(std::string_view hex) {
  Octets octets;
  int high = -1;
  for (char c : hex) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high >= 0) octets.push_back(static_cast<std::uint8_t>(high * 16 + digit));
    high = high < 0 ? digit : -1;
  }
  return octets;
}

inline std::string to_hex(Bytes octets) {
  std::string hex;
  for (std::uint8_t octet : octets) {
    hex += "0123456789abcdef"[octet >> 4];
    hex += "0123456789abcdef"[octet & 15];
  }
  return hex;
}

// A default-made object of a message.
inline void* make(const Message& message, base::Arena& arena) {
  void* object = arena.allocate(message.body->size, message.body->alignment);
  std::memcpy(object, message.body->defaults, message.body->size);
  return object;
}

// Encoded by the table codec, or the reason why not behind "refused: ".
inline std::string encoded(const Message& message, const void* object, int version) {
  Buffer buffer;
  const Status status = encode(message, object, version, buffer);
  return status.ok() ? to_hex(buffer.bytes()) : "refused: " + std::string(::barnabas::message_of(status));
}

// Gives every field of a version a value, through an object with
//   void number(const Field&, void* to), std::string_view text(const Field&), Bytes octets(const Field&), bool null(const Field&),
//   std::size_t elements(), bool tagged(const Field&).
template <class Values>
class Filler {
 public:
  Filler(base::Arena& arena, int version, Values& values) : arena_(arena), version_(version), values_(values) {}

  void fill(const Struct& s, void* object) {
    for (const Field& field : s.all()) {
      if (!field.at.versions.has(version_) || (field.tagged() && !values_.tagged(field))) continue;
      auto* member = static_cast<std::byte*>(object) + field.offset;
      const bool null = field.at.null.has(version_) && values_.null(field);
      if (field.is_nullable) *reinterpret_cast<bool*>(member + field.flag_offset) = !null;
      if (null) {
        if (field.kind == Kind::kRecords) new (member) Records();
        continue;
      }
      if (field.is_array) {
        fill_array(field, member);
      } else {
        fill_value(field, member);
      }
    }
  }

 private:
  void fill_array(const Field& field, void* member) {
    const std::size_t step = field.kind == Kind::kStruct ? field.element->size : size_of(field.kind);
    RawArray array{nullptr, values_.elements()};
    array.data = arena_.allocate(array.size * step + 1);
    for (std::size_t i = 0; i < array.size; ++i) {
      void* element = static_cast<std::byte*>(array.data) + i * step;
      if (field.kind == Kind::kStruct) std::memcpy(element, field.element->defaults, step);
      fill_value(field, element);
    }
    std::memcpy(member, &array, sizeof array);
  }

  void fill_value(const Field& field, void* to) {
    switch (field.kind) {
      case Kind::kStruct:
        fill(*field.element, to);
        break;
      case Kind::kString:
        new (to) std::string_view(values_.text(field));
        break;
      case Kind::kBytes:
        new (to) Bytes(values_.octets(field));
        break;
      case Kind::kRecords:
        new (to) Records(values_.octets(field));
        break;
      default:
        values_.number(field, to);
        break;
    }
  }

  base::Arena& arena_;
  int version_;
  Values& values_;
};

}  // namespace barnabas::wire::golden
