// Walks the batches of a segment file by their headers, whatever their format. Reads a few KiB at a time, and checksums when asked. Not
// synchronised.
#pragma once

#include <barnabas/sdk/storage.h>

#include <memory>
#include <optional>

namespace barnabas::segment {

struct PlacedBatch {
  sdk::BatchInfo info;
  std::uint64_t position = 0;

  std::uint64_t end() const { return position + info.size; }
};

// Enough octets to know everything in BatchInfo.
inline constexpr std::size_t kHeaderBytes = 61;

// The batch that begins with `octets`, of which at most `available` octets exist. Nothing: no batch can look like this. For v0 and v1,
// base_offset is what the entry says, which in a compressed one is its last offset.
std::optional<sdk::BatchInfo> parse_header(sdk::Bytes octets, std::uint64_t available);

class BatchReader {
 public:
  // `end`: octets from there on are not looked at.
  BatchReader(sdk::File& file, std::uint64_t end) : file_(file), end_(end) {}

  // The batch at `position`; nothing at the end of the file, or where there is no whole batch.
  sdk::Status at(std::uint64_t position, std::optional<PlacedBatch>& batch);
  // The first batch from `position` on for which `wanted` holds; nothing when the walk ends before. kCorrupt: it ended at something that is
  // no batch.
  template <class Wanted>
  sdk::Status find(std::uint64_t position, const Wanted& wanted, std::optional<PlacedBatch>& batch);
  // Reads the whole batch.
  sdk::Status checksum_fits(const PlacedBatch& batch, bool& fits);

 private:
  static constexpr std::size_t kWindowBytes = 4096;
  static constexpr std::size_t kChecksumBytes = 256 << 10;

  sdk::Status broken(std::uint64_t position) const;

  sdk::File& file_;
  const std::uint64_t end_;
  std::uint64_t window_at_ = 0;
  std::size_t window_size_ = 0;
  std::uint8_t window_[kWindowBytes];
  std::unique_ptr<std::uint8_t[]> chunk_;  // made with the first checksum
  std::uint64_t chunk_at_ = 0;
  std::size_t chunk_size_ = 0;
};

template <class Wanted>
sdk::Status BatchReader::find(std::uint64_t position, const Wanted& wanted, std::optional<PlacedBatch>& batch) {
  for (;;) {
    if (sdk::Status status = at(position, batch); !status) return status;
    if (!batch) return position >= end_ ? sdk::Status() : broken(position);
    if (wanted(*batch)) return {};
    position = batch->end();
  }
}

}  // namespace barnabas::segment
