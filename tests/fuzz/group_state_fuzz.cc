// Any records as those of a home that a coordinator takes over: it loads them, its groups can be listed and described, live on for hours of
// virtual time, and what it has written by then loads into the next coordinator.
//
// The input is a list of keys and values, each with its length before it; without a type, a key gets one that the coordinator knows.
#include "fuzz/pieces.h"
#include "fuzz/require.h"
#include "kernel/group/consumer/records.h"
#include "kernel/group/records.h"
#include "kernel/group/testing.h"

namespace {

using namespace barnabas;
using fuzz::require;

constexpr std::int64_t kWallMs = 1'700'000'000'000;
constexpr std::int16_t kTypes[] = {group::kLegacyOffsetKey,
                                   group::kOffsetKey,
                                   group::kGroupKey,
                                   group::kConsumerGroupKey,
                                   group::kConsumerGroupPartitionMetadataKey,
                                   group::kConsumerGroupMemberKey,
                                   group::kConsumerGroupTargetKey,
                                   group::kConsumerGroupTargetMemberKey,
                                   group::kConsumerGroupCurrentMemberKey,
                                   group::kConsumerGroupRegexKey};

// One coordinator from taking over to resigning.
class Life {
 public:
  explicit Life(group::FakeJournal& journal) : journal_(journal), coordinator_(settings(), journal, random_, background_) {
    advance(0);
    coordinator_.begin_loading(0, 1);
  }
  void load(std::string_view key, std::string_view value) { coordinator_.load_record(0, key, value); }
  void load_offsets() {
    for (const auto& [key, offset] : journal_.offsets) coordinator_.load_offset(0, key.first, offset);
  }

  // How many groups there are, each described.
  std::size_t finish() {
    coordinator_.finish_loading(0);
    std::vector<std::pair<std::string, std::string>> groups;  // with its type
    coordinator_.list({}, [&](const group::ListReply& reply) {
      for (const auto& group : reply.groups) groups.emplace_back(group.id, group.type);
    });
    for (const auto& [id, type] : groups) {
      coordinator_.describe({id, 6}, [](const group::DescribeReply&) {});
      coordinator_.consumer_describe({id}, [](const group::ConsumerDescribeReply&) {});
      coordinator_.fetch({id, "", -1, {}, false}, [](const group::OffsetFetchReply&) {});
      coordinator_.heartbeat({id, 1, "member", {}}, [](const group::HeartbeatReply&) {});
      coordinator_.why({id}, [](const group::WhyReply&) {});
    }
    return groups.size();
  }
  void live() {
    for (int step = 0; step < 20; ++step) {
      const auto next = coordinator_.next_deadline_ms();
      advance(next ? std::clamp<std::int64_t>(*next - now_ms_, 1, 3'600'000) : 3'600'000);
      journal_.settle();
      while (background_.run_one()) {
      }
    }
    coordinator_.resign(0);
    journal_.settle();
  }

 private:
  static group::GroupSettings settings() {
    group::GroupSettings settings;
    settings.home_count = 1;
    return settings;
  }
  void advance(std::int64_t ms) {
    now_ms_ += ms;
    coordinator_.advance({now_ms_, kWallMs + now_ms_});
  }

  group::FakeJournal& journal_;
  group::CountingRandom random_;
  group::FakeBackground background_;
  group::Coordinator coordinator_;
  std::int64_t now_ms_ = 1'000;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  group::FakeJournal journal;
  {
    Life first(journal);
    fuzz::Pieces input(data, size);
    for (int records = 0; input.more() && records < 100; ++records) {
      const std::uint8_t choice = input.octet();
      std::string key(input.text());
      if (choice < 0xf0) {
        const std::int16_t type = kTypes[choice % std::size(kTypes)];
        key.insert(0, std::string{static_cast<char>(type >> 8), static_cast<char>(type & 0xff)});
      }
      const std::string value(input.text());
      first.load(key, value);
      journal.records[key] = value;
    }
    first.finish();
    first.live();
  }
  Life second(journal);
  for (const auto& [key, value] : journal.records) second.load(key, value);
  second.load_offsets();
  second.finish();
  second.live();
  return 0;
}
