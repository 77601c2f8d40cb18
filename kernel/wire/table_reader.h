// Decodes any message by its table. Slower than the compiled codec of the hot messages, and the one that can say what was wrong.
// One object per message that is read. One thread at a time.
#pragma once

#include <string>

#include "kernel/base/arena.h"
#include "kernel/base/result.h"
#include "kernel/wire/table.h"

namespace barnabas::wire {

class TableReader {
 public:
  TableReader(const Message& message, Bytes octets, int version, base::Arena& arena)
      : message_(message),
        begin_(octets.begin()),
        at_(octets.begin()),
        end_(octets.end()),
        version_(version),
        flexible_(message.flexible(version)),
        arena_(arena) {}

  Status read(void* object);
  Bytes rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

 private:
  bool read_struct(const Struct& s, void* object);
  bool read_field(const Field& field, void* object);
  bool read_value(const Field& field, void* member, bool null_allowed);
  void read_number(Kind kind, void* to);
  bool read_nullable_struct(const Field& field, void* member);
  bool read_array(const Field& field, void* member, bool null_allowed);
  void read_numbers(Kind kind, std::size_t count, void* to);
  bool read_text(Kind kind, bool compact, void* to, bool* null);
  bool read_tags(const Struct& s, void* object);

  // The length of a value, -1 for null.
  bool read_length(const char* what, bool compact, bool is_short, std::int64_t& length);
  bool read_uvarint(const char* what, std::uint32_t& value);
  bool need(const char* what, std::size_t octets);
  bool has_room(std::size_t octets) const;
  bool fail(std::string what);
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  const Message& message_;
  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;  // inside a tagged field: the end of it
  int version_;
  bool flexible_;
  bool in_tag_ = false;
  base::Arena& arena_;
  std::string what_;  // of the failure, with its place
  std::string path_;  // to it, built on the way out
};

}  // namespace barnabas::wire
