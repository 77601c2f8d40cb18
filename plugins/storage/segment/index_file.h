// A file of entries of one size in ascending order, appended at the end: what .index and .timeindex have in common.
//
// New entries gather in memory and are written when a few hundred have come together, or on save(): after a crash the index of an
// unfinished segment is made anew anyway. Not synchronised.
#pragma once

#include "file_cache.h"

#include <cstring>
#include <functional>
#include <vector>

namespace barnabas::segment {

class IndexFile {
 public:
  static constexpr std::size_t kLargestEntry = 12;

  IndexFile(FileRef file, std::size_t entry_bytes) : file_(std::move(file)), entry_bytes_(entry_bytes) {}

  // Learns how many entries the file has. A tail of zeros, as a crash of a broker that preallocates leaves it, is cut off. kCorrupt: a
  // broken size.
  sdk::Status load();
  // No entries, and what the file had is gone. Where there is no room for a file it may be missing.
  sdk::Status reset();

  std::size_t count() const { return stored_ + waiting_.size() / entry_bytes_; }
  sdk::Status get(std::size_t index, std::uint8_t* entry);
  // Makes sure that the next push() needs no disk.
  sdk::Status make_room();
  void push(const std::uint8_t* entry) { waiting_.insert(waiting_.end(), entry, entry + entry_bytes_); }
  sdk::Status save();  // everything is in the file; it is made where it is missing
  // The other way: everything is in memory, and the file is empty.
  sdk::Status hold();
  sdk::Status cut(std::size_t count);
  sdk::Status sync();  // only when something changed; may run beside the others

  // The number of entries at the front for which `is_before` holds. REQUIRES: it holds for no entry after one for which it does not.
  template <class IsBefore>
  sdk::Status count_before(const IsBefore& is_before, std::size_t& found);

  CachedFile& file() { return *file_; }

 private:
  static constexpr std::size_t kWaitingBytes = 4080;  // of both entry sizes a multiple
  static constexpr std::size_t kReadAtOnce = 256;     // entries

  sdk::Status read(std::size_t index, std::size_t count, std::uint8_t* to);

  FileRef file_;
  const std::size_t entry_bytes_;
  std::size_t stored_ = 0;   // entries in the file
  bool exists_ = false;      // as far as is known
  bool reset_owed_ = false;  // what the file has, if it is there, is none of ours
  std::atomic<bool> unsynced_{false};
  std::vector<std::uint8_t> waiting_;
};

template <class IsBefore>
sdk::Status IndexFile::count_before(const IsBefore& is_before, std::size_t& found) {
  // Halving over the file until the rest is worth one read, then in memory.
  std::size_t low = 0;
  std::size_t high = stored_;
  std::uint8_t entry[kLargestEntry];
  if (!waiting_.empty() && is_before(waiting_.data())) low = stored_;
  while (high - low > kReadAtOnce) {
    const std::size_t middle = low + (high - low) / 2;
    if (sdk::Status status = read(middle, 1, entry); !status) return status;
    (is_before(entry) ? low : high) = is_before(entry) ? middle + 1 : middle;
  }
  std::uint8_t entries[kReadAtOnce * kLargestEntry];
  if (high > low) {
    if (sdk::Status status = read(low, high - low, entries); !status) return status;
    for (const std::uint8_t* at = entries; low < high && is_before(at); at += entry_bytes_) ++low;
  }
  if (low == stored_)
    for (std::size_t at = 0; at < waiting_.size() && is_before(waiting_.data() + at); at += entry_bytes_) ++low;
  found = low;
  return {};
}

}  // namespace barnabas::segment
