// Any message in any version, with any values: encoded and decoded it is the same; and any octets whatever are either refused or stand for
// a message.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <deque>

#include "kernel/wire/golden.h"

namespace barnabas::wire {
namespace {

// Values drawn from the generator, kept alive with the object.
class RandomValues {
 public:
  void number(const Field& field, void* to) {
    const auto value = *rc::gen::arbitrary<std::uint64_t>();
    if (field.kind == Kind::kBool) {
      *static_cast<bool*>(to) = value % 2 == 1;
    } else if (field.kind == Kind::kUuid) {
      Uuid id;
      for (std::uint8_t& octet : id.octets) octet = static_cast<std::uint8_t>(value >> (octet % 8));
      std::memcpy(to, &id, sizeof id);
    } else {
      std::memcpy(to, &value, size_of(field.kind));
    }
  }
  std::string_view text(const Field&) {
    texts_.push_back(*rc::gen::string<std::string>());
    return texts_.back();
  }
  Bytes octets(const Field& field) { return text(field); }
  bool null(const Field&) { return *rc::gen::inRange(0, 3) == 0; }
  std::size_t elements() { return *rc::gen::inRange<std::size_t>(0, 3); }
  bool tagged(const Field&) { return *rc::gen::arbitrary<bool>(); }

 private:
  std::deque<std::string> texts_;
};

// Every other time one that has a compiled codec.
const Message& any_message() {
  static const std::vector<const Message*> all(all_messages().begin(), all_messages().end());
  static const std::vector<const Message*> hot = [] {
    std::vector<const Message*> some;
    for (const Message* message : all)
      if (message->fast_decode != nullptr) some.push_back(message);
    return some;
  }();
  return **rc::gen::elementOf(*rc::gen::arbitrary<bool>() ? hot : all);
}
int any_version(const Message& message) { return *rc::gen::inRange<int>(message.schema.known.first, message.schema.known.last + 1); }

// The same message without its compiled codec.
Message by_table(const Message& message) {
  Message copy = message;
  copy.fast_decode = nullptr;
  copy.fast_encode = nullptr;
  return copy;
}

// "refused", or what the octets become when what they mean is encoded again, and how many of them were left.
std::string meaning(const Message& message, Bytes octets, int version, base::Arena& arena) {
  void* object = golden::make(message, arena);
  const Status status = decode(message, octets, version, arena, object);
  return status.ok() ? fmt::format("{} and {}", golden::encoded(message, object, version), octets.size) : "refused";
}

// The same by both codecs, where there are two.
std::string agreed_meaning(const Message& message, Bytes octets, int version, base::Arena& arena) {
  std::string is = meaning(message, octets, version, arena);
  RC_ASSERT(is == meaning(by_table(message), octets, version, arena));
  return is;
}

RC_GTEST_PROP(WireProperties, AnyMessageComesBack, ()) {
  const Message& message = any_message();
  const int version = any_version(message);
  base::Arena arena;
  void* object = golden::make(message, arena);
  RandomValues values;
  golden::Filler(arena, version, values).fill(*message.body, object);

  const std::string once = golden::encoded(message, object, version);
  RC_ASSERT(once.find("refused") == std::string::npos);
  RC_ASSERT(once == golden::encoded(by_table(message), object, version));
  const golden::Octets octets = golden::from_hex(once);
  RC_ASSERT(agreed_meaning(message, octets, version, arena) == once + " and 0");
}

RC_GTEST_PROP(WireProperties, AnyOctetsAreRefusedOrMeanSomething, (const std::vector<std::uint8_t>& octets)) {
  const Message& message = any_message();
  base::Arena arena;
  agreed_meaning(message, octets, any_version(message), arena);
  RC_ASSERT(arena.reserved_bytes() < 100'000u + octets.size() * 200);
}

// Random octets seldom get far; a good message with one octet changed does.
RC_GTEST_PROP(WireProperties, DamagedMessagesAreRefusedOrMeanSomething, ()) {
  const Message& message = any_message();
  const int version = any_version(message);
  base::Arena arena;
  void* object = golden::make(message, arena);
  RandomValues values;
  golden::Filler(arena, version, values).fill(*message.body, object);
  golden::Octets octets = golden::from_hex(golden::encoded(by_table(message), object, version));
  RC_PRE(!octets.empty());
  octets[*rc::gen::inRange<std::size_t>(0, octets.size())] = *rc::gen::arbitrary<std::uint8_t>();
  agreed_meaning(message, octets, version, arena);
}

}  // namespace
}  // namespace barnabas::wire
