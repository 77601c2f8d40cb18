// A bounded number of open files for any number of stored ones. A file is opened when somebody pins it and closed when its place is needed.
//
// Threads: any. Pinning an open file takes no lock; opening, closing and forgetting take the cache's.
#pragma once

#include <barnabas/sdk/host.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::segment {

class CachedFile;

class FileCache {
 public:
  // Pinned files are never closed: more than `max_open_files` are open when more are in use at once.
  FileCache(sdk::Disk& disk, std::size_t max_open_files) : disk_(disk), max_open_files_(max_open_files) {}
  FileCache(const FileCache&) = delete;
  FileCache& operator=(const FileCache&) = delete;

  std::size_t open_files();

 private:
  friend class CachedFile;
  sdk::Status open(CachedFile& file);
  void forget(CachedFile& file);
  void make_room();
  void close_at(std::size_t index);

  sdk::Disk& disk_;
  const std::size_t max_open_files_;
  std::mutex mutex_;
  std::vector<CachedFile*> open_;  // a clock: files used since the hand passed last get another round
  std::size_t hand_ = 0;
};

// One stored file. It is there as long as somebody holds a reference; the path is where it lies now.
class CachedFile {
 public:
  void set_path(std::string path);  // after a rename; whoever has it open goes on
  void retire();                    // before it is removed: whoever has it open goes on, and nobody opens it again
  std::string path();

  // Lends the file to a reader outside: pinned, and alive even when the log forgets it.
  sdk::Status lend(sdk::File*& file);
  static void return_lent(void*, void* cached_file) noexcept;  // Lease::release, with the file as the token
  bool lent() const { return lent_.load(std::memory_order_acquire) != 0; }

 private:
  friend class FileCache;
  friend class FileRef;
  friend class Pin;
  static constexpr std::uint32_t kOpen = 1u << 31;

  CachedFile(std::shared_ptr<FileCache> cache, std::string path) : cache_(std::move(cache)), path_(std::move(path)) {}
  ~CachedFile() { cache_->forget(*this); }
  sdk::Status pin(sdk::File*& file);
  void unpin() { state_.fetch_sub(1, std::memory_order_release); }
  void drop() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  std::shared_ptr<FileCache> cache_;
  std::string path_;                     // guarded by the cache's mutex
  bool retired_ = false;                 // guarded by the cache's mutex
  sdk::File* file_ = nullptr;            // while kOpen is set
  std::size_t place_ = 0;                // in FileCache::open_, guarded by its mutex
  std::atomic<std::uint32_t> state_{0};  // kOpen, and the number of pins
  std::atomic<std::uint32_t> references_{1};
  std::atomic<std::uint32_t> lent_{0};
  std::atomic<bool> used_{false};
};

// One reference.
class FileRef {
 public:
  FileRef() = default;
  static FileRef make(std::shared_ptr<FileCache> cache, std::string path) {
    FileRef made;
    made.file_ = new CachedFile(std::move(cache), std::move(path));
    return made;
  }
  FileRef(const FileRef& other) : file_(other.file_) {
    if (file_ != nullptr) file_->references_.fetch_add(1, std::memory_order_relaxed);
  }
  FileRef(FileRef&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
  FileRef& operator=(FileRef other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~FileRef() {
    if (file_ != nullptr) file_->drop();
  }

  CachedFile* operator->() const { return file_; }
  CachedFile& operator*() const { return *file_; }
  explicit operator bool() const { return file_ != nullptr; }

 private:
  CachedFile* file_ = nullptr;
};

// Keeps a file open as long as this object lives.
class Pin {
 public:
  Pin() = default;
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;
  ~Pin() {
    if (cached_ != nullptr) cached_->unpin();
  }

  // Once. Makes the file where it is missing.
  sdk::Status open(CachedFile& cached) {
    sdk::Status status = cached.pin(file_);
    if (status) cached_ = &cached;
    return status;
  }
  sdk::File* operator->() const { return file_; }
  sdk::File& operator*() const { return *file_; }

 private:
  CachedFile* cached_ = nullptr;
  sdk::File* file_ = nullptr;
};

}  // namespace barnabas::segment
