#include "tools/barnabas/log/log_dump.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <iterator>

#include "kernel/base/varint.h"
#include "kernel/catalog/framed.h"
#include "kernel/log/producer_snapshot.h"
#include "kernel/record/control.h"
#include "kernel/record/dump.h"
#include "kernel/record/octets.h"
#include "kernel/record/record_reader.h"
#include "kernel/wire/registry.h"
#include "tools/barnabas/whole_file.h"

namespace barnabas::tools {
namespace {

constexpr std::size_t kOffsetEntryBytes = 8;
constexpr std::size_t kTimeEntryBytes = 12;
constexpr std::size_t kTransactionEntryBytes = 34;

std::int64_t base_offset_of(const std::filesystem::path& path) { return std::atoll(path.stem().c_str()); }

// "TopicRecord" -> "TOPIC_RECORD"
std::string constant_case(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z' && !text.empty()) text += '_';
    text += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return text;
}

std::string message_json(const wire::Message& message, sdk::Bytes body, int version) {
  base::Arena arena;
  void* object = arena.allocate(message.body->size, message.body->alignment);
  if (Status status = wire::decode(message, body, version, arena, object); !status.ok()) return fmt::format("\"{}\"", message_of(status));
  return wire::to_json(message, object, version);
}

std::string metadata_json(const std::optional<sdk::Bytes>& value) {
  if (!value) return "null";
  auto frame = catalog::parse_frame(*value);
  if (!frame) return fmt::format("Error at: {}", message_of(frame.status()));
  const wire::Message* message = wire::find_message(wire::Family::kMetadataRecord, static_cast<int>(frame->type));
  if (message == nullptr) return fmt::format("{{\"type\":{},\"version\":{}}}", frame->type, frame->version);
  return fmt::format("{{\"type\":\"{}\",\"version\":{},\"data\":{}}}", constant_case(message->name), frame->version,
                     message_json(*message, frame->body, static_cast<int>(frame->version)));
}

// KRaft's control records in words; empty for transaction markers, which the record line prints itself.
std::string control_text(const record::RecordView& record) {
  const auto type = record::control_type(record);
  if (!type || *type < record::ControlType::kLeaderChange || !record.value) return {};
  constexpr std::string_view kNames[] = {"LeaderChange", "SnapshotHeader", "SnapshotFooter", "KRaftVersion", "KRaftVoters"};
  const auto index = static_cast<std::size_t>(*type) - 2;
  const wire::Message* message = wire::find_message(wire::Family::kControlValue, static_cast<int>(*type));
  if (index >= std::size(kNames) || message == nullptr) return {};
  return fmt::format("{}: {}", kNames[index], message_json(*message, *record.value, 0));
}

Status dump_records(const record::BatchView& batch, const DumpSettings& settings, record::RecordReader& reader) {
  BARNABAS_TRY(reader.open(batch));
  for (record::RecordView record; reader.next(record);) {
    record::RecordText text;
    text.metadata = settings.record_metadata;
    std::string control, payload, key;
    if (batch.control()) {
      control = control_text(record);
      text.control = control;
    } else if (settings.payload || settings.metadata_payload) {
      if (record.key) key.assign(reinterpret_cast<const char*>(record.key->data), record.key->size);
      if (record.key) text.key = key;
      if (settings.metadata_payload) {
        payload = metadata_json(record.value);
      } else if (record.value) {
        payload.assign(reinterpret_cast<const char*>(record.value->data), record.value->size);
      }
      if (settings.metadata_payload || record.value) text.payload = payload;
    }
    fmt::print("{}\n", record::record_line(batch, record, text));
  }
  return reader.take_status();
}

Status dump_log(const std::filesystem::path& path, const DumpSettings& settings, const record::Codecs& codecs) {
  auto content = read_whole(path, settings.max_bytes);
  if (!content) return std::move(content).status();
  if (path.extension() == ".checkpoint") {
    const auto dash = path.stem().string().find('-');
    if (dash == std::string::npos) {
      fmt::print("KRaft bootstrap snapshot\n");
    } else {
      fmt::print("Snapshot end offset: {}, epoch: {}\n", base_offset_of(path), std::atoll(path.stem().string().c_str() + dash + 1));
    }
  } else {
    fmt::print("Log starting offset: {}\n", base_offset_of(path));
  }
  record::BatchReader batches{sdk::Bytes(*content)};
  record::RecordReader reader(codecs);
  std::uint64_t position = 0;
  for (record::BatchView batch; batches.next(batch); position = batches.position()) {
    fmt::print("{}\n", record::batch_line(batch, position));
    if (settings.deep || settings.payload || settings.metadata_payload) BARNABAS_TRY(dump_records(batch, settings, reader));
  }
  // What follows the last batch and is too short for what its size field says is a tail that was never finished, whatever is in it.
  const std::uint64_t left = content->size() - position;
  const bool is_tail =
      left < 12 || left - 12 < static_cast<std::uint64_t>(std::max(
                                   0, record::load<std::int32_t>(reinterpret_cast<const std::uint8_t*>(content->data()) + position + 8)));
  if (left > 0 && is_tail && (batches.cut() || !batches.status().ok())) {
    fmt::print("Found {} invalid bytes at the end of {}\n", left, path.filename().string());
    return {};
  }
  return batches.status().copy();
}

// The offset of the batch that begins at `position` of the log beside the index, or the size of the log where none does.
Status check_index_entry(const std::string& log, std::int64_t offset, std::int32_t position) {
  record::BatchReader batches(sdk::Bytes(log).slice(std::min<std::size_t>(static_cast<std::size_t>(position), log.size())));
  record::BatchView batch;
  if (!batches.next(batch)) return Status::corrupt(fmt::format("no batch begins at position {}", position));
  // An entry holds the last offset of what was appended at once, which may be more than one batch.
  if (batch.base_offset() <= offset) return {};
  return Status::corrupt(
      fmt::format("the batch at position {} begins at offset {}, behind the index entry's {}", position, batch.base_offset(), offset));
}

Status dump_offset_index(const std::filesystem::path& path, const DumpSettings& settings) {
  auto content = read_whole(path, UINT64_MAX);
  if (!content) return std::move(content).status();
  if (content->size() < kOffsetEntryBytes) {
    fmt::print("{} is empty.\n", path.string());
    return {};
  }
  auto log = read_whole(std::filesystem::path(path).replace_extension(".log"), UINT64_MAX);
  const std::int64_t base = base_offset_of(path);
  const auto* octets = reinterpret_cast<const std::uint8_t*>(content->data());
  std::string mismatches;
  for (std::size_t at = 0; at + kOffsetEntryBytes <= content->size(); at += kOffsetEntryBytes) {
    const std::int64_t offset = base + record::load<std::int32_t>(octets + at);
    const std::int32_t position = record::load<std::int32_t>(octets + at + 4);
    if (at != 0 && offset == base) break;  // what is preallocated and not used yet
    if (log)
      if (Status status = check_index_entry(*log, offset, position); !status.ok()) mismatches += fmt::format("  {}\n", message_of(status));
    if (!settings.index_sanity_check && !settings.verify_index_only) fmt::print("offset: {} position: {}\n", offset, position);
  }
  if (settings.index_sanity_check && content->size() % kOffsetEntryBytes == 0) fmt::print("{} passed sanity check.\n", path.string());
  if (mismatches.empty()) return {};
  std::fprintf(stderr, "Mismatches in :%s\n%s", std::filesystem::absolute(path).c_str(), mismatches.c_str());
  return {};
}

Status dump_time_index(const std::filesystem::path& path, const DumpSettings& settings) {
  auto content = read_whole(path, UINT64_MAX);
  if (!content) return std::move(content).status();
  if (settings.index_sanity_check) {
    if (content->size() % kTimeEntryBytes == 0) fmt::print("{} passed sanity check.\n", path.string());
    return {};
  }
  const std::int64_t base = base_offset_of(path);
  const auto* octets = reinterpret_cast<const std::uint8_t*>(content->data());
  for (std::size_t at = 0; at + kTimeEntryBytes <= content->size(); at += kTimeEntryBytes) {
    const std::int64_t timestamp = record::load<std::int64_t>(octets + at);
    if (at != 0 && timestamp == 0) break;
    fmt::print("timestamp: {} offset: {}\n", timestamp, base + record::load<std::int32_t>(octets + at + 8));
  }
  return {};
}

Status dump_transaction_index(const std::filesystem::path& path) {
  auto content = read_whole(path, UINT64_MAX);
  if (!content) return std::move(content).status();
  const auto* octets = reinterpret_cast<const std::uint8_t*>(content->data());
  for (std::size_t at = 0; at + kTransactionEntryBytes <= content->size(); at += kTransactionEntryBytes)
    fmt::print("version: {} producerId: {} firstOffset: {} lastOffset: {} lastStableOffset: {}\n", record::load<std::int16_t>(octets + at),
               record::load<std::int64_t>(octets + at + 2), record::load<std::int64_t>(octets + at + 10),
               record::load<std::int64_t>(octets + at + 18), record::load<std::int64_t>(octets + at + 26));
  return {};
}

Status dump_producer_snapshot(const std::filesystem::path& path) {
  auto content = read_whole(path, UINT64_MAX);
  if (!content) return std::move(content).status();
  auto producers = log::decode_snapshot(sdk::Bytes(*content));
  if (!producers) return std::move(producers).status();
  for (const auto& [id, producer] : *producers) {
    const log::BatchNote last = producer.last();
    fmt::print("producerId: {} producerEpoch: {} coordinatorEpoch: {} currentTxnFirstOffset: {} lastTimestamp: {} ", id, producer.epoch(),
               producer.coordinator_epoch(),
               producer.transaction_start() < 0 ? "OptionalLong.empty" : fmt::format("OptionalLong[{}]", producer.transaction_start()),
               producer.last_timestamp_ms());
    if (producer.has_batches())
      fmt::print("firstSequence: {} lastSequence: {} lastOffset: {} offsetDelta: {} timestamp: {}", last.first_sequence(),
                 last.last_sequence, last.last_offset, last.offset_delta, last.timestamp_ms);
    fmt::print("\n");
  }
  return {};
}

}  // namespace

Status dump_file(const std::string& path, const DumpSettings& settings, const record::Codecs& codecs) {
  fmt::print("Dumping {}\n", path);
  const std::filesystem::path file(path);
  const std::string kind = file.extension().string();
  if (kind == ".log" || kind == ".checkpoint") return dump_log(file, settings, codecs);
  if (kind == ".index") return dump_offset_index(file, settings);
  if (kind == ".timeindex") return dump_time_index(file, settings);
  if (kind == ".txnindex") return dump_transaction_index(file);
  if (kind == ".snapshot") return dump_producer_snapshot(file);
  std::fprintf(stderr, "Ignoring unknown file %s\n", path.c_str());
  return {};
}

}  // namespace barnabas::tools
