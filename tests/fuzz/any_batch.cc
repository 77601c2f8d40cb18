#include "fuzz/any_batch.h"

#include "fuzz/seal.h"
#include "kernel/record/batch_builder.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/consumer_protocol.h"

namespace barnabas::fuzz {
namespace {

constexpr std::int64_t kTimes[] = {-1, 0, 1'700'000'000'000, INT64_MAX, INT64_MIN, 1'000'000'000'001};

std::int64_t told(const Memory& memory, const char* field, std::uint8_t choice, std::int64_t otherwise) {
  const std::uint64_t* number = memory.number(field, choice);
  return number == nullptr ? otherwise : static_cast<std::int64_t>(*number);
}

}  // namespace

std::vector<std::uint8_t> any_batch(Pieces& choices, const Memory& memory) {
  const std::uint8_t kind = choices.octet();
  if (kind >= 0xf0) {
    const sdk::Bytes octets = choices.piece();
    return {octets.begin(), octets.end()};
  }
  record::BatchSettings settings;
  if (kind & 1) {
    const std::uint8_t choice = choices.octet();
    settings.producer_id = told(memory, "producer_id", choice, choice % 4);
    settings.producer_epoch = static_cast<std::int16_t>(told(memory, "producer_epoch", choice, 0));
    settings.base_sequence = choice % 8 == 7 ? INT32_MAX : choice % 8;
    settings.transactional = choice % 16 == 15;
  }
  record::BatchBuilder builder;
  builder.start(settings);
  const int records = kind / 2 % 4;
  for (int i = 0; i < records; ++i) {
    const std::uint8_t choice = choices.octet();
    record::NewRecord record{.timestamp_ms = kTimes[choice % std::size(kTimes)]};
    if (choice & 0x40) record.key = choices.piece();
    if (choice & 0x80) record.value = choices.piece();
    builder.append(record);
  }
  const auto finished = builder.finish();
  std::vector<std::uint8_t> batch(finished->data, finished->data + finished->size);
  if (kind & 0x20) {  // something in it is another way, and the checksum still fits
    batch[choices.number() % batch.size()] = choices.octet();
    seal_each(batch);
  }
  if (kind & 0x40) batch[choices.number() % batch.size()] ^= 1;
  return batch;
}

std::vector<std::uint8_t> any_subscription(Pieces& choices) {
  const std::uint8_t choice = choices.octet();
  const int version = choice % 4;
  const std::int32_t numbers[] = {0, 1, choice};
  const std::string_view names[] = {"t", "u"};
  wire::Buffer buffer;
  buffer.append_int16(static_cast<std::int16_t>(version));
  if (choice & 0x10) {
    wire::ConsumerProtocolAssignment assignment;
    wire::ConsumerProtocolAssignment::TopicPartition topic;
    topic.topic = "t";
    topic.partitions = numbers;
    assignment.assigned_partitions = std::span(&topic, 1);
    static_cast<void>(wire::encode(assignment, version, buffer).ok());
  } else {
    wire::ConsumerProtocolSubscription subscription;
    subscription.topics = names;
    static_cast<void>(wire::encode(subscription, version, buffer).ok());
  }
  std::vector<std::uint8_t> octets(buffer.bytes().begin(), buffer.bytes().end());
  if (choice & 0x20) octets[choices.octet() % octets.size()] = choices.octet();
  return octets;
}

}  // namespace barnabas::fuzz
