#include "kernel/log/producer_snapshot.h"

#include "kernel/base/crc32c.h"
#include "kernel/record/octets.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace barnabas::log {

namespace {

using record::load;
using record::store;

constexpr std::int16_t kVersion = 1;
constexpr std::size_t kCrcAt = 2;
constexpr std::size_t kCountAt = 6;  // the checksum covers everything from here on
constexpr std::size_t kEntriesAt = 10;
constexpr std::size_t kEntryBytes = 46;
constexpr std::string_view kSuffix = ".snapshot";
constexpr std::size_t kDigits = 20;

void write_entry(std::uint8_t* to, const ProducerEntry& producer) {
  const ProducerInfo info = producer.info();
  const BatchNote last = producer.last();
  store(to, info.producer_id);
  store(to + 8, info.producer_epoch);
  store(to + 10, last.last_sequence);
  store(to + 14, last.last_offset);
  store(to + 22, last.offset_delta);
  store(to + 26, info.last_timestamp_ms);
  store(to + 34, info.coordinator_epoch);
  store(to + 38, info.transaction_start);
}

ProducerEntry read_entry(const std::uint8_t* at) {
  const auto timestamp_ms = load<std::int64_t>(at + 26);
  const ProducerInfo info{.producer_id = load<std::int64_t>(at),
                          .producer_epoch = load<std::int16_t>(at + 8),
                          .last_timestamp_ms = timestamp_ms,
                          .coordinator_epoch = load<std::int32_t>(at + 34),
                          .transaction_start = load<std::int64_t>(at + 38)};
  const BatchNote last{.last_sequence = load<std::int32_t>(at + 10),
                       .last_offset = load<std::int64_t>(at + 14),
                       .offset_delta = load<std::int32_t>(at + 22),
                       .timestamp_ms = timestamp_ms};
  return ProducerEntry(info, last);
}

}  // namespace

std::vector<std::uint8_t> encode_snapshot(const Producers& producers) {
  std::vector<const ProducerEntry*> ordered;
  ordered.reserve(producers.size());
  for (const auto& [id, producer] : producers) ordered.push_back(&producer);
  std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) { return a->producer_id() < b->producer_id(); });

  std::vector<std::uint8_t> octets(kEntriesAt + ordered.size() * kEntryBytes);
  store(octets.data(), kVersion);
  store(octets.data() + kCountAt, static_cast<std::int32_t>(ordered.size()));
  for (std::size_t i = 0; i < ordered.size(); ++i) write_entry(octets.data() + kEntriesAt + i * kEntryBytes, *ordered[i]);
  store(octets.data() + kCrcAt, base::crc32c(sdk::Bytes(octets).slice(kCountAt)));
  return octets;
}

Result<Producers> decode_snapshot(sdk::Bytes octets) {
  if (octets.size < kEntriesAt)
    return Status::corrupt(fmt::format("a producer snapshot of {} octets, at least {} are needed", octets.size, kEntriesAt));
  if (const auto version = load<std::int16_t>(octets.data); version != kVersion)
    return Status::corrupt(fmt::format("a producer snapshot of version {}, only {} is known", version, kVersion));
  const auto stored = load<std::uint32_t>(octets.data + kCrcAt);
  if (const std::uint32_t computed = base::crc32c(octets.slice(kCountAt)); stored != computed)
    return Status::corrupt(fmt::format("a producer snapshot with checksum {:08x}, its octets give {:08x}", stored, computed));
  const auto count = load<std::int32_t>(octets.data + kCountAt);
  if (count < 0 || (octets.size - kEntriesAt) / kEntryBytes != static_cast<std::size_t>(count) ||
      (octets.size - kEntriesAt) % kEntryBytes != 0)
    return Status::corrupt(fmt::format("a producer snapshot of {} octets that says it has {} entries", octets.size, count));
  Producers producers;
  producers.reserve(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const ProducerEntry entry = read_entry(octets.data + kEntriesAt + i * kEntryBytes);
    producers.insert_or_assign(entry.producer_id(), entry);
  }
  return producers;
}

std::string snapshot_name(std::int64_t offset) { return fmt::format("{:020}{}", offset, kSuffix); }

std::optional<std::int64_t> snapshot_offset(std::string_view name) {
  if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  std::int64_t offset = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, offset);
  if (error != std::errc() || end != name.data() + kDigits || offset < 0) return std::nullopt;
  return offset;
}

}  // namespace barnabas::log
