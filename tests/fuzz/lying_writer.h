// A message as octets, true in every place but one: a length, a count, a marker or a tag that contradicts what is there. Made from the
// tables that the codec reads, but written by hand, so that it can say what no encoder says. Pure. One thread.
//
// Numbers are 0, texts "t", arrays have one element, and each flexible struct has one tagged field that nobody knows.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "kernel/wire/table.h"

namespace barnabas::fuzz {

class LyingWriter {
 public:
  LyingWriter(const wire::Message& message, int version) : message_(message), version_(version), flexible_(message.flexible(version)) {}

  // The message without a lie.
  const std::vector<std::uint8_t>& truth() { return write(kNowhere, 0); }
  // The message with lie number `lie` in place number `place`, both counted from 0. Empty: the place has not so many lies; no_place() tells
  // whether there is not even such a place.
  const std::vector<std::uint8_t>& with_lie(std::size_t place, std::size_t lie) { return write(place, lie); }
  bool no_place() const { return wanted_place_ != kNowhere && next_place_ <= wanted_place_; }
  // What was lied about.
  std::string_view what() const { return what_; }

 private:
  using Octets = std::vector<std::uint8_t>;
  static constexpr std::size_t kNowhere = ~std::size_t{0};

  const Octets& write(std::size_t place, std::size_t lie);
  void write_struct(const wire::Struct& s);
  void write_field(const wire::Field& field);
  void write_value(const wire::Field& field, bool null_allowed);
  void write_tags();
  void put(Octets octets) { out_.insert(out_.end(), octets.begin(), octets.end()); }
  // `truth`, or where it is this place's turn the wanted one of `lies`.
  void say(std::string_view what, Octets truth, const std::vector<Octets>& lies);

  const wire::Message& message_;
  const int version_;
  const bool flexible_;
  Octets out_;
  std::size_t wanted_place_ = kNowhere;
  std::size_t wanted_lie_ = 0;
  std::size_t next_place_ = 0;
  bool lied_ = false;
  std::string_view what_;
};

}  // namespace barnabas::fuzz
