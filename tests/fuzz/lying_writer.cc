#include "fuzz/lying_writer.h"

namespace barnabas::fuzz {
namespace {

using wire::Field;
using wire::Kind;
using Octets = std::vector<std::uint8_t>;

constexpr std::uint8_t kText = 't';

// Varints of more than 32 bits, of more octets than the value needs, and of more than a frame holds.
std::vector<Octets> varint_lies() {
  return {{0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
          {0xff, 0xff, 0xff, 0xff, 0x1f},
          {0x82, 0x00},
          {0xff, 0xff, 0xff, 0xff, 0x0f},
          {0x80, 0x80, 0x80, 0x80, 0x04}};
}

std::vector<Octets> lies_about(Kind kind, bool is_array, bool compact, bool null_allowed) {
  std::vector<Octets> lies;
  if (compact) {
    lies = varint_lies();
    if (!null_allowed) lies.push_back({0});
    if (kind == Kind::kString && !is_array) lies.push_back({0xff, 0x7f});
  } else if (kind == Kind::kString && !is_array) {
    lies = {{0xff, 0xfe}, {0x80, 0x00}, {0x7f, 0xff}};
    if (!null_allowed) lies.push_back({0xff, 0xff});
  } else {
    lies = {{0xff, 0xff, 0xff, 0xfe}, {0x80, 0, 0, 0}, {0x40, 0, 0, 0}, {0x7f, 0xff, 0xff, 0xff}};
    if (!null_allowed) lies.push_back({0xff, 0xff, 0xff, 0xff});
  }
  return lies;
}

}  // namespace

const Octets& LyingWriter::write(std::size_t place, std::size_t lie) {
  out_.clear();
  wanted_place_ = place;
  wanted_lie_ = lie;
  next_place_ = 0;
  lied_ = false;
  write_struct(*message_.body);
  if (place != kNowhere && !lied_) out_.clear();
  return out_;
}

void LyingWriter::say(std::string_view what, Octets truth, const std::vector<Octets>& lies) {
  if (next_place_++ != wanted_place_ || wanted_lie_ >= lies.size()) return put(std::move(truth));
  lied_ = true;
  what_ = what;
  put(lies[wanted_lie_]);
}

void LyingWriter::write_struct(const wire::Struct& s) {
  for (const Field& field : s.all())
    if (!field.tagged() && field.at.versions.has(version_)) write_field(field);
  if (flexible_) write_tags();
}

void LyingWriter::write_field(const Field& field) {
  const bool null_allowed = field.at.null.has(version_);
  if (!field.is_array) return write_value(field, null_allowed);
  const bool compact = flexible_ && !field.at.always_classic;
  say(field.name, compact ? Octets{2} : Octets{0, 0, 0, 1}, lies_about(field.kind, true, compact, null_allowed));
  write_value(field, false);
}

// Of an array: its element.
void LyingWriter::write_value(const Field& field, bool null_allowed) {
  const bool compact = flexible_ && !field.at.always_classic;
  switch (field.kind) {
    case Kind::kStruct:
      if (field.is_nullable && !field.is_array && null_allowed) say(field.name, {1}, {{0}, {2}, {0x7f}});
      return write_struct(*field.element);
    case Kind::kString:
      say(field.name, compact ? Octets{2} : Octets{0, 1}, lies_about(field.kind, false, compact, null_allowed));
      return put({kText});
    case Kind::kBytes:
    case Kind::kRecords:
      say(field.name, compact ? Octets{2} : Octets{0, 0, 0, 1}, lies_about(field.kind, false, compact, null_allowed));
      return put({kText});
    default: {
      Octets number(wire::size_of(field.kind));
      if (std::string_view(field.name) == "acks") number.back() = 1;  // with 0 nothing is answered
      return put(std::move(number));
    }
  }
}

void LyingWriter::write_tags() {
  constexpr std::uint8_t kTag = 100;
  std::vector<Octets> lies = varint_lies();
  lies.push_back({2});  // one more than there are
  say("the number of tags", {1}, lies);
  say("a tag", {kTag, 1, 0}, {{kTag, 0xff, 0xff, 0xff, 0xff, 0x0f, 0}, {kTag, 0xa8, 0x46, 0}, {0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 1, 0}});
  // Two that are one, and two that do not ascend: with the count that goes with them.
  if (next_place_++ == wanted_place_ && wanted_lie_ < 2) {
    lied_ = true;
    what_ = "the order of tags";
    out_.erase(out_.end() - 4, out_.end());
    put(wanted_lie_ == 0 ? Octets{2, kTag, 1, 0, kTag, 1, 0} : Octets{2, kTag, 1, 0, kTag - 1, 1, 0});
  }
}

}  // namespace barnabas::fuzz
