// Encodes any message by its table. Slower than the compiled codec of the hot messages, and the one that can say what was wrong.
// One object per message that is written. One thread at a time.
#pragma once

#include <string>

#include "kernel/base/result.h"
#include "kernel/wire/buffer.h"
#include "kernel/wire/table.h"

namespace barnabas::wire {

class TableWriter {
 public:
  TableWriter(const Message& message, int version, Buffer& buffer)
      : message_(message), version_(version), flexible_(message.flexible(version)), buffer_(buffer) {}

  Status write(const void* object);

 private:
  bool write_struct(const Struct& s, const void* object);
  bool write_value(const Field& field, const void* member);
  bool write_array(const Field& field, const void* member, bool compact);
  bool write_text(Kind kind, bool compact, const void* member);
  void write_number(Kind kind, const void* member);
  bool write_tags(const Struct& s, const void* object);
  bool write_tag(const Field& field, const void* object);
  bool check_absent(const Field& field, const Struct& s, const void* object);

  void put_length(bool compact, bool is_short, std::size_t length);
  void put_null(const Field& field, bool compact);
  void put_uvarint(std::uint32_t value);
  bool fail(std::string what);

  const Message& message_;
  int version_;
  bool flexible_;
  bool in_tag_ = false;      // directly: a nullable struct has another marker there
  bool inside_tag_ = false;  // anywhere: its octets may have to move, so that no cut may point between them
  Buffer& buffer_;
  std::string what_;
  std::string path_;
};

// Whether a member holds what a default-made object of its struct holds.
bool is_default(const Field& field, const void* object, const void* defaults);
// The flag of a nullable member, and of Records.
bool is_null(const Field& field, const void* member);
RawArray array_of(const void* member);

}  // namespace barnabas::wire
