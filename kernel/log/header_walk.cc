#include "kernel/log/header_walk.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/log/lease_walk.h"
#include "kernel/record/legacy.h"

namespace barnabas::log {
namespace {

constexpr std::uint32_t kLeaseBytes = 1 << 30;
constexpr std::size_t kLeastBytes = record::kEntryHeaderBytes + record::kLegacyMinLength[0];

}  // namespace

void HeaderWalk::release() {
  give_back(lease_);
  at_ = window_at_ = 0;
  window_size_ = 0;
}

Status HeaderWalk::borrow() {
  release();
  if (next_offset_ >= to_) return {};
  return storage_.read({next_offset_, to_, kLeaseBytes, true}, lease_);
}

// The octets from at_ on, as many as a header has or as are left.
Status HeaderWalk::look(sdk::Bytes& octets) {
  const std::uint64_t left = lease_.size - at_;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, record::kHeaderBytes));
  if (at_ < window_at_ || at_ + wanted > window_at_ + window_size_) {
    window_size_ = static_cast<std::size_t>(std::min<std::uint64_t>(left, kWindowBytes));
    window_at_ = at_;
    BARNABAS_TRY(read_lease(lease_, at_, {window_, window_size_}));
  }
  const auto begin = static_cast<std::size_t>(at_ - window_at_);
  octets = sdk::Bytes(window_ + begin, window_size_ - begin);
  return {};
}

Result<bool> HeaderWalk::next(record::BatchView& batch) {
  for (bool fresh = false;; fresh = true) {
    if (at_ >= lease_.size) {
      BARNABAS_TRY(borrow());
      fresh = true;
      if (lease_.size == 0) return false;
    }
    sdk::Bytes octets;
    BARNABAS_TRY(look(octets));
    std::uint64_t size = 0;
    if (octets.size >= kLeastBytes) {
      const auto length = record::load<std::int32_t>(octets.data + record::kLengthAt);
      const bool has_header = octets[record::kMagicAt] < 2 || octets.size >= record::kHeaderBytes;
      if (length > 0 && has_header) size = record::kEntryHeaderBytes + static_cast<std::uint64_t>(length);
    }
    const record::BatchView seen(octets);
    if (size < kLeastBytes || size > lease_.size - at_ || seen.last_offset() < next_offset_) {
      if (fresh) return Status::corrupt(fmt::format("no whole batch stands at offset {}", next_offset_));
      at_ = lease_.size;  // the lease ends in the middle of a batch: another one begins with it
      continue;
    }
    batch = seen;
    if (seen.control()) {
      if (size > octets.size) {
        whole_.resize(static_cast<std::size_t>(size));
        BARNABAS_TRY(read_lease(lease_, at_, {whole_.data(), whole_.size()}));
        octets = sdk::Bytes(whole_.data(), whole_.size());
      }
      batch = record::BatchView(octets.slice(0, static_cast<std::size_t>(size)));
    }
    next_offset_ = seen.next_offset();
    at_ += size;
    return true;
  }
}

}  // namespace barnabas::log
