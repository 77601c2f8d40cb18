// Kafka's JSON form of a message: what its request log and kafka-dump-log print.
#include <fmt/format.h>

#include "kernel/base/uuid.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/table.h"
#include "kernel/wire/table_writer.h"

namespace barnabas::wire {
namespace {

// The length of the UTF-8 sequence at the front, 0 when it is not one.
std::size_t utf8_length(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = octet(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((octet(i) & 0xc0) != 0x80) return 0;
  const bool overlong = (first == 0xe0 && octet(1) < 0xa0) || (first == 0xf0 && octet(1) < 0x90);
  const bool outside = (first == 0xed && octet(1) > 0x9f) || (first == 0xf4 && octet(1) > 0x8f);
  return overlong || outside ? 0 : length;
}

class Printer {
 public:
  Printer(std::string& out, int version) : out_(out), version_(version) {}

  void print(const Struct& s, const void* object) {
    out_ += '{';
    bool first = true;
    for (const Field& field : s.all()) {
      if (!field.at.versions.has(version_) || (field.tagged() && is_default(field, object, s.defaults))) continue;
      if (!std::exchange(first, false)) out_ += ',';
      out_ += '"';
      out_ += camel_case(field.name);
      out_ += field.kind == Kind::kRecords ? "SizeInBytes\":" : "\":";
      print(field, static_cast<const std::byte*>(object) + field.offset);
    }
    out_ += '}';
  }

 private:
  void print(const Field& field, const void* member) {
    if (is_null(field, member)) {
      out_ += "null";
    } else if (!field.is_array) {
      print_value(field, member);
    } else {
      const RawArray array = array_of(member);
      const std::size_t step = field.kind == Kind::kStruct ? field.element->size : size_of(field.kind);
      out_ += '[';
      for (std::size_t i = 0; i < array.size; ++i) {
        if (i != 0) out_ += ',';
        print_value(field, static_cast<const std::byte*>(array.data) + i * step);
      }
      out_ += ']';
    }
  }

  void print_value(const Field& field, const void* at) {
    switch (field.kind) {
      case Kind::kBool:
        out_ += *static_cast<const bool*>(at) ? "true" : "false";
        break;
      case Kind::kInt8:
        print_integer<std::int8_t>(at);
        break;
      case Kind::kInt16:
        print_integer<std::int16_t>(at);
        break;
      case Kind::kUint16:
        print_integer<std::uint16_t>(at);
        break;
      case Kind::kInt32:
        print_integer<std::int32_t>(at);
        break;
      case Kind::kUint32:
        print_integer<std::uint32_t>(at);
        break;
      case Kind::kInt64:
        print_integer<std::int64_t>(at);
        break;
      case Kind::kFloat64:
        print_float(*static_cast<const double*>(at));
        break;
      case Kind::kUuid:
        out_ += '"' + base::to_string(*static_cast<const Uuid*>(at)) + '"';
        break;
      case Kind::kString:
        print_text(*static_cast<const std::string_view*>(at));
        break;
      case Kind::kBytes:
        print_base64(*static_cast<const Bytes*>(at));
        break;
      case Kind::kRecords:
        out_ += fmt::format("{}", static_cast<const Records*>(at)->size());
        break;
      case Kind::kStruct:
        print(*field.element, at);
        break;
    }
  }

  template <class T>
  void print_integer(const void* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    out_ += fmt::format("{}", static_cast<std::int64_t>(value));
  }

  void print_float(double value) {
    const std::string text = fmt::format("{}", value);
    if (text.find_first_of("nN") != std::string::npos) {
      out_ += value != value ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"";
    } else {
      out_ += text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }
  }

  void print_text(std::string_view text) {
    out_ += '"';
    while (!text.empty()) {
      const std::size_t length = utf8_length(text);
      const char c = text.front();
      if (length == 0) {
        out_ += "\xef\xbf\xbd";  // the replacement character, where Java puts it too
      } else if (const auto escape = std::string_view("\"\\\b\f\n\r\t").find(c); escape != std::string_view::npos) {
        out_ += '\\';
        out_ += "\"\\bfnrt"[escape];
      } else if (static_cast<std::uint8_t>(c) < 0x20) {
        out_ += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
      } else {
        out_ += text.substr(0, length);
      }
      text.remove_prefix(length == 0 ? 1 : length);
    }
    out_ += '"';
  }

  void print_base64(Bytes octets) {
    static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out_ += '"';
    for (std::size_t i = 0; i < octets.size; i += 3) {
      const std::size_t left = octets.size - i;
      const unsigned triple = static_cast<unsigned>(octets[i]) << 16 | (left > 1 ? static_cast<unsigned>(octets[i + 1]) << 8 : 0u) |
                              (left > 2 ? static_cast<unsigned>(octets[i + 2]) : 0u);
      out_ += kAlphabet[triple >> 18];
      out_ += kAlphabet[triple >> 12 & 63];
      out_ += left > 1 ? kAlphabet[triple >> 6 & 63] : '=';
      out_ += left > 2 ? kAlphabet[triple & 63] : '=';
    }
    out_ += '"';
  }

  std::string& out_;
  int version_;
};

}  // namespace

std::string camel_case(std::string_view snake_case) {
  std::string camel;
  bool upper = false;
  while (!snake_case.empty()) {
    const std::string_view word = snake_case.substr(0, snake_case.find('_'));
    // Two words have more than their first letter in capitals: KRaft and 2Pc.
    if (word == "kraft") {
      camel += upper ? "KRaft" : "kRaft";
    } else {
      bool capital = upper;
      for (char c : word) {
        camel += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        capital = capital && c >= '0' && c <= '9';
      }
    }
    upper = true;
    snake_case.remove_prefix(std::min(snake_case.size(), word.size() + 1));
  }
  return camel;
}

std::string record_type_name(std::string_view message_name) {
  std::string name;
  for (char c : message_name) {
    if (c >= 'A' && c <= 'Z' && !name.empty()) name += '_';
    name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

std::string to_json(const Message& message, const void* object, int version) {
  std::string out;
  Printer(out, version).print(*message.body, object);
  return out;
}

}  // namespace barnabas::wire
