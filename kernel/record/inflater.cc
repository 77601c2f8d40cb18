#include "kernel/record/inflater.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace barnabas::record {
namespace {
constexpr std::size_t kFirstWindowBytes = 64 << 10;
}  // namespace

Inflater::~Inflater() {
  for (std::size_t i = 0; i < decompressors_.size(); ++i)
    if (decompressors_[i] != nullptr) codecs_.by_attribute[i]->destroy_decompressor(decompressors_[i]);
}

Status Inflater::start(std::int8_t codec, sdk::Bytes compressed, int magic, std::uint64_t max_bytes) {
  sdk::Codec* found = codecs_.find(codec);
  if (found == nullptr)
    return Status::unsupported(
        fmt::format("the batch is compressed with codec {} ({}), for which no plugin is loaded", codec, codec_name(codec)));
  auto& decompressor = decompressors_[static_cast<std::size_t>(codec)];
  if (decompressor == nullptr) BARNABAS_TRY(found->make_decompressor(decompressor));
  give_back();
  current_ = decompressor;
  codec_ = codec;
  produced_ = 0;
  max_bytes_ = max_bytes;
  ended_ = false;
  return current_->start(compressed, magic);
}

void Inflater::give_back() {
  begin_ = end_ = 0;
  if (capacity_ <= kWindowBytes) return;
  window_.reset();
  capacity_ = 0;
}

Status Inflater::fill(std::size_t count) {
  while (end_ - begin_ < count && !ended_) {
    make_room(count);
    BARNABAS_TRY(receive());
  }
  return {};
}

Status Inflater::skip_some(std::uint64_t& count) {
  if (begin_ == end_) {
    if (ended_) return Status::corrupt(fmt::format("the compressed data ends {} octets too early", count));
    make_room(1);
    BARNABAS_TRY(receive());
  }
  const std::size_t here = static_cast<std::size_t>(std::min<std::uint64_t>(count, end_ - begin_));
  begin_ += here;
  count -= here;
  return {};
}

// Afterwards there is room for octets that come:
//
//   | consumed |  kept  |  room  |
//   0       begin_     end_   capacity_
//
// REQUIRES: less than `count` is kept.
void Inflater::make_room(std::size_t count) {
  const std::size_t kept = end_ - begin_;
  if (kept == capacity_) return grow();
  const bool fits_where_it_is = capacity_ - begin_ >= count;
  if (kept != 0 && fits_where_it_is) return;
  std::memmove(window_.get(), window_.get() + begin_, kept);
  begin_ = 0;
  end_ = kept;
}

// REQUIRES: the window is full of what is kept, or there is none yet.
void Inflater::grow() {
  const std::size_t larger = std::max(kFirstWindowBytes, capacity_ * 2);
  auto window = std::make_unique_for_overwrite<std::uint8_t[]>(larger);
  if (capacity_ != 0) std::memcpy(window.get(), window_.get(), capacity_);
  window_ = std::move(window);
  capacity_ = larger;
}

Status Inflater::receive() {
  std::size_t count = 0;
  const std::size_t room = capacity_ - end_;
  BARNABAS_TRY(current_->read({window_.get() + end_, room}, count));
  if (count > room)
    return Status::internal(
        fmt::format("codec {} ({}) says that it gave {} octets where there is room for {}", codec_, codec_name(codec_), count, room));
  ended_ = count == 0;
  end_ += count;
  produced_ += count;
  if (produced_ > max_bytes_)
    return Status::exhausted(fmt::format("the batch inflates to more than the {} octets that are allowed", max_bytes_));
  return {};
}

}  // namespace barnabas::record
