#include "file_cache.h"

namespace barnabas::segment {

sdk::Status CachedFile::pin(sdk::File*& file) {
  std::uint32_t state = state_.load(std::memory_order_acquire);
  while ((state & kOpen) != 0) {
    if (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire)) continue;
    if (!used_.load(std::memory_order_relaxed)) used_.store(true, std::memory_order_relaxed);
    file = file_;
    return {};
  }
  if (sdk::Status status = cache_->open(*this); !status) return status;
  file = file_;
  return {};
}

sdk::Status CachedFile::lend(sdk::File*& file) {
  if (sdk::Status status = pin(file); !status) return status;
  references_.fetch_add(1, std::memory_order_relaxed);
  lent_.fetch_add(1, std::memory_order_relaxed);
  return {};
}

void CachedFile::return_lent(void*, void* cached_file) noexcept {
  auto* file = static_cast<CachedFile*>(cached_file);
  file->lent_.fetch_sub(1, std::memory_order_release);
  file->unpin();
  file->drop();
}

void CachedFile::set_path(std::string path) {
  std::lock_guard lock(cache_->mutex_);
  path_ = std::move(path);
}

void CachedFile::retire() {
  std::lock_guard lock(cache_->mutex_);
  retired_ = true;
}

std::string CachedFile::path() {
  std::lock_guard lock(cache_->mutex_);
  return path_;
}

std::size_t FileCache::open_files() {
  std::lock_guard lock(mutex_);
  return open_.size();
}

// Leaves the file pinned once.
sdk::Status FileCache::open(CachedFile& file) {
  std::lock_guard lock(mutex_);
  if ((file.state_.load(std::memory_order_acquire) & CachedFile::kOpen) == 0) {
    if (file.retired_) return sdk::Status::not_found(file.path_ + " was removed");
    make_room();
    if (sdk::Status status = disk_.open(file.path_, sdk::OpenMode::kWrite, file.file_); !status) return status;
    file.place_ = open_.size();
    open_.push_back(&file);
    file.state_.store(CachedFile::kOpen, std::memory_order_release);
  }
  // Nobody closes it meanwhile: that takes the same mutex.
  file.state_.fetch_add(1, std::memory_order_acquire);
  return {};
}

void FileCache::forget(CachedFile& file) {
  std::lock_guard lock(mutex_);
  if ((file.state_.load(std::memory_order_acquire) & CachedFile::kOpen) == 0) return;
  file.state_.store(0, std::memory_order_relaxed);
  close_at(file.place_);
}

void FileCache::make_room() {
  // Two rounds: the first takes away the marks of use.
  for (std::size_t tries = 2 * open_.size(); open_.size() >= max_open_files_ && tries != 0; --tries) {
    if (hand_ >= open_.size()) hand_ = 0;
    CachedFile& candidate = *open_[hand_];
    std::uint32_t idle = CachedFile::kOpen;
    if (!candidate.used_.exchange(false, std::memory_order_relaxed) &&
        candidate.state_.compare_exchange_strong(idle, 0, std::memory_order_acq_rel)) {
      close_at(hand_);
    }
    ++hand_;  // also over the file that took the place of a closed one: it is the newest
  }
}

void FileCache::close_at(std::size_t index) {
  CachedFile& file = *open_[index];
  open_[index] = open_.back();
  open_[index]->place_ = index;
  open_.pop_back();
  disk_.close(std::exchange(file.file_, nullptr));
}

}  // namespace barnabas::segment
