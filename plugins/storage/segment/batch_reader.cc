#include "batch_reader.h"

#include "kernel/base/crc32c.h"
#include "kernel/record/batch_header.h"
#include "kernel/record/legacy.h"
#include "kernel/record/octets.h"

#include <algorithm>
#include <string>

namespace barnabas::segment {

using sdk::Status;

static_assert(kHeaderBytes == record::kHeaderBytes);

std::optional<sdk::BatchInfo> parse_header(sdk::Bytes octets, std::uint64_t available) {
  if (octets.size < record::kEntryHeaderBytes + record::kLegacyMinLength[0] || available < octets.size) return std::nullopt;
  const auto offset = record::load<std::int64_t>(octets.data + record::kBaseOffsetAt);
  const auto length = record::load<std::int32_t>(octets.data + record::kLengthAt);
  sdk::BatchInfo info;
  info.magic = static_cast<std::int8_t>(octets[record::kMagicAt]);
  info.base_offset = info.last_offset = offset;
  if (offset < 0 || length < static_cast<std::int32_t>(record::kLegacyMinLength[0])) return std::nullopt;
  info.size = static_cast<std::uint32_t>(length) + static_cast<std::uint32_t>(record::kEntryHeaderBytes);
  if (info.size > available) return std::nullopt;
  if (info.magic == 2) {
    if (info.size < kHeaderBytes || octets.size < kHeaderBytes) return std::nullopt;
    const record::BatchHeader header(octets.data);
    if (header.last_offset_delta() < 0 || offset > INT64_MAX - header.last_offset_delta()) return std::nullopt;
    info.last_offset = header.last_offset();
    info.max_timestamp_ms = header.max_timestamp_ms();
    info.leader_epoch = header.leader_epoch();
    return info;
  }
  if (info.magic != 0 && info.magic != 1) return std::nullopt;
  if (static_cast<std::size_t>(length) < record::kLegacyMinLength[info.magic]) return std::nullopt;
  if (info.magic == 1) info.max_timestamp_ms = record::load<std::int64_t>(octets.data + record::kLegacyTimestampAt);
  return info;
}

Status BatchReader::at(std::uint64_t position, std::optional<PlacedBatch>& batch) {
  batch.reset();
  if (position >= end_) return {};
  const std::uint64_t left = end_ - position;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, kHeaderBytes));
  if (position < window_at_ || position + wanted > window_at_ + window_size_) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, kWindowBytes));
    if (Status status = file_.read_at(position, {window_, size}, window_size_); !status) return status;
    window_at_ = position;
  }
  const auto begin = static_cast<std::size_t>(position - window_at_);
  const sdk::Bytes octets(window_ + begin, std::min(wanted, window_size_ - begin));
  if (const auto info = parse_header(octets, left)) batch = PlacedBatch{*info, position};
  return {};
}

Status BatchReader::checksum_fits(const PlacedBatch& batch, bool& fits) {
  if (chunk_ == nullptr) chunk_ = std::make_unique<std::uint8_t[]>(kChecksumBytes);
  const bool legacy = batch.info.magic < 2;
  // v2: everything after the checksum at 17. Before: everything after the one at 12.
  std::uint64_t at = batch.position + (legacy ? record::kMagicAt : record::kAttributesAt);
  std::uint32_t computed = 0;
  std::uint32_t stored = 0;
  const auto read_chunk = [&](std::uint64_t from) -> Status {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(end_ - from, kChecksumBytes));
    chunk_at_ = from;
    return file_.read_at(from, {chunk_.get(), size}, chunk_size_);
  };
  const std::uint64_t stored_at = batch.position + (legacy ? record::kEntryHeaderBytes : record::kCrcAt);
  if (stored_at < chunk_at_ || stored_at + 4 > chunk_at_ + chunk_size_)
    if (Status status = read_chunk(stored_at); !status) return status;
  stored = record::load<std::uint32_t>(chunk_.get() + (stored_at - chunk_at_));
  while (at < batch.end()) {
    if (at < chunk_at_ || at >= chunk_at_ + chunk_size_)
      if (Status status = read_chunk(at); !status) return status;
    if (chunk_size_ == 0) break;
    const auto begin = static_cast<std::size_t>(at - chunk_at_);
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(batch.end() - at, chunk_size_ - begin));
    const sdk::Bytes part(chunk_.get() + begin, size);
    computed = legacy ? base::crc32_ieee(part, computed) : base::crc32c(part, computed);
    at += size;
  }
  fits = at == batch.end() && computed == stored;
  return {};
}

Status BatchReader::broken(std::uint64_t position) const {
  return Status::corrupt("there is no batch at position " + std::to_string(position) + " of a segment that should go on to " +
                         std::to_string(end_));
}

}  // namespace barnabas::segment
