// Every message in every version, against octets that Apache Kafka's own classes encoded (tests/golden/wire).
#include <gmock/gmock.h>

#include "kernel/wire/golden.h"

namespace barnabas::wire {
namespace {

using golden::Octets;

// The fill rule that wire-vectors.tsv states in its second line.
struct Rule {
  static constexpr std::uint8_t kOctets[] = {1, 2};

  void number(const Field& field, void* to) {
    const auto put = [&](auto value) { std::memcpy(to, &value, sizeof value); };
    switch (field.kind) {
      case Kind::kBool:
        return put(true);
      case Kind::kInt8:
        return put(std::int8_t{17});
      case Kind::kInt16:
        return put(std::int16_t{258});
      case Kind::kUint16:
        return put(std::uint16_t{61681});
      case Kind::kInt32:
        return put(std::int32_t{16909060});
      case Kind::kUint32:
        return put(std::uint32_t{4042322160});
      case Kind::kInt64:
        return put(std::int64_t{72623859790382856});
      case Kind::kFloat64:
        return put(1.5);
      default:
        break;
    }
    Uuid id;
    for (int i = 0; i < 16; ++i) id.octets[i] = static_cast<std::uint8_t>(0x10 + i);
    put(id);
  }
  std::string_view text(const Field&) { return "s"; }
  Bytes octets(const Field&) { return {kOctets, 2}; }
  bool null(const Field& field) { return field.kind == Kind::kRecords; }
  std::size_t elements() { return 1; }
  bool tagged(const Field&) { return true; }
};

class Vectors : public testing::Test {
 protected:
  struct Row {
    const Message* message;
    int version;
    Octets octets;
    std::string title;
  };

  static std::vector<Row> rows_of(const std::string& file) {
    std::vector<Row> rows;
    for (const auto& columns : golden::rows(file)) {
      const Message* message = find_message(columns.at(0));
      EXPECT_NE(message, nullptr) << columns[0] << " is not described";
      if (message != nullptr)
        rows.push_back({message, std::stoi(columns.at(1)), golden::from_hex(columns.at(2)), columns[0] + " v" + columns[1]});
    }
    return rows;
  }

  // Decodes all of it.
  void* decoded(const Row& row) {
    void* object = golden::make(*row.message, arena_);
    Bytes rest = row.octets;
    const Status status = decode(*row.message, rest, row.version, arena_, object);
    EXPECT_TRUE(status.ok()) << message_of(status);
    EXPECT_EQ(rest.size, 0u) << row.title;
    return object;
  }

  std::string again(const Row& row) { return golden::encoded(*row.message, decoded(row), row.version); }

  base::Arena arena_;
};

TEST_F(Vectors, FilledMessagesComeBackOctetForOctet) {
  const auto rows = rows_of("wire-vectors.tsv");
  EXPECT_EQ(rows.size(), 860u);
  for (const Row& row : rows) EXPECT_EQ(again(row), golden::to_hex(row.octets)) << row.title;
}

TEST_F(Vectors, MessagesBuiltByTheFillRuleAreWhatKafkaEncodes) {
  for (const Row& row : rows_of("wire-vectors.tsv")) {
    void* object = golden::make(*row.message, arena_);
    Rule rule;
    golden::Filler(arena_, row.version, rule).fill(*row.message->body, object);
    EXPECT_EQ(golden::encoded(*row.message, object, row.version), golden::to_hex(row.octets)) << row.title;
  }
}

TEST_F(Vectors, DefaultsAreKafkasDefaults) {
  const auto rows = rows_of("wire-vectors-default.tsv");
  EXPECT_EQ(rows.size(), 860u);
  for (const Row& row : rows) {
    EXPECT_EQ(golden::encoded(*row.message, golden::make(*row.message, arena_), row.version), golden::to_hex(row.octets)) << row.title;
    EXPECT_EQ(again(row), golden::to_hex(row.octets)) << row.title;
  }
}

// Requests and responses forget what they do not know, stored records carry it on.
TEST_F(Vectors, UnknownTaggedFieldsAreSkippedOrKept) {
  std::map<std::pair<const Message*, int>, std::string> plain;
  for (const Row& row : rows_of("wire-vectors.tsv")) plain[{row.message, row.version}] = golden::to_hex(row.octets);
  const auto rows = rows_of("wire-vectors-tagged.tsv");
  EXPECT_EQ(rows.size(), 465u);
  std::size_t kept = 0;
  for (const Row& row : rows) {
    const bool keeps = row.message->body->unknown_tags != Struct::kDropsUnknownTags;
    kept += keeps;
    EXPECT_EQ(again(row), keeps ? golden::to_hex(row.octets) : plain.at({row.message, row.version})) << row.title;
  }
  EXPECT_GT(kept, 60u);
}

// Every octet counts: a message cut anywhere is refused, and says so.
TEST_F(Vectors, TruncatedMessagesAreRefused) {
  std::size_t cuts = 0;
  for (const char* file : {"wire-vectors.tsv", "wire-vectors-tagged.tsv"}) {
    for (const Row& row : rows_of(file)) {
      for (std::size_t length = 0; length < row.octets.size(); ++length, ++cuts) {
        base::Arena arena;
        void* object = golden::make(*row.message, arena);
        Octets copy(row.octets.begin(), row.octets.begin() + static_cast<std::ptrdiff_t>(length));
        copy.shrink_to_fit();  // so that a sanitizer sees a read behind the end
        Bytes rest = copy;
        const Status status = decode(*row.message, rest, row.version, arena, object);
        ASSERT_EQ(status.code(), Code::kCorrupt) << row.title << " cut to " << length;
        ASSERT_NE(std::string(message_of(status)).find("octet"), std::string::npos);
      }
    }
  }
  EXPECT_GT(cuts, 40'000u);
}

}  // namespace
}  // namespace barnabas::wire
