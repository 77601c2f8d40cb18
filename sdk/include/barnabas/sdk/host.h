// What the program gives a plugin: clock, disk, executor, randomness, log. A plugin takes nothing of this from the operating system itself,
// so it runs unchanged on the simulated machine of the tests.
//
// Everything here lives as long as every object of the plugin. Functions may be called from any thread unless brackets say otherwise.
#pragma once

#include <barnabas/sdk/status.h>

namespace barnabas::sdk {

// The base of all kinds. find() gives an optional interface by its id, such as "barnabas.storage.tier/1": new abilities are added this way,
// never by editing a virtual table.
class Object {
 public:
  virtual void* find([[maybe_unused]] Text interface_id) noexcept { return nullptr; }

 protected:
  ~Object() = default;
};

class Clock {
 public:
  virtual std::int64_t mono_ns() noexcept = 0;  // never goes back; all timeouts
  virtual std::int64_t wall_ms() noexcept = 0;  // since 1970, UTC; what is written into records and files

 protected:
  ~Clock() = default;
};

class Random {
 public:
  virtual std::uint64_t next() noexcept = 0;

 protected:
  ~Random() = default;
};

// The end of a call that may wait. The caller owns it and keeps it alive until done() was called, exactly once, on the caller's executor.
class Completion {
 public:
  virtual void done(Status status) noexcept = 0;

 protected:
  ~Completion() = default;
};

// Work that runs once. The owner keeps it alive until run() has returned.
class Task {
 public:
  virtual void run() noexcept = 0;

 protected:
  ~Task() = default;
};

using TimerId = std::uint64_t;  // 0 is none

// One event loop. Tasks posted from one thread run in order, on the loop's own thread.
class Executor {
 public:
  virtual void post(Task& task) noexcept = 0;
  virtual TimerId after(std::int64_t delay_ns, Task& task) noexcept = 0;  // [loop thread]
  virtual void cancel(TimerId timer) noexcept = 0;                        // [loop thread] afterwards the task does not run

  // Runs `work` where it may block (a helper thread; under simulation a later turn), then `done` on this executor.
  virtual void offload(Task& work, Task& done) noexcept = 0;

 protected:
  ~Executor() = default;
};

// An open file. Reads and writes at disjoint ranges may run at once.
class File {
 public:
  virtual Status read_at(std::uint64_t offset, MutableBytes into, std::size_t& count) noexcept = 0;  // count < into.size: end of file
  virtual Status write_at(std::uint64_t offset, const Bytes* pieces, std::size_t piece_count) noexcept = 0;
  virtual Status sync(bool data_only) noexcept = 0;
  virtual Status truncate(std::uint64_t size) noexcept = 0;
  // Reserves room without changing the size, so that later appends need no new blocks.
  virtual Status reserve(std::uint64_t offset, std::uint64_t size) noexcept = 0;
  virtual Status size(std::uint64_t& size) noexcept = 0;

  // What the real network sends with sendfile: a file descriptor, or -1 where there is none and the bytes are read instead.
  virtual int descriptor() noexcept { return -1; }

 protected:
  ~File() = default;
};

struct FileInfo {
  Text name;  // without its folder
  std::uint64_t size = 0;
  std::int64_t modified_ms = 0;
  bool is_directory = false;
};

class DirectoryVisitor {
 public:
  virtual void visit(const FileInfo& info) noexcept = 0;

 protected:
  ~DirectoryVisitor() = default;
};

enum class OpenMode : std::uint8_t {
  kRead,    // must exist
  kWrite,   // read and write, made where missing
  kCreate,  // read and write, must not exist
};

// A file system. Paths are as the operator wrote them. Names made from outside input are checked before they come here.
class Disk {
 public:
  virtual Status open(Text path, OpenMode mode, File*& file) noexcept = 0;
  virtual void close(File* file) noexcept = 0;
  virtual Status rename(Text from, Text to) noexcept = 0;  // atomic; replaces `to`; durable after sync_directory
  virtual Status remove(Text path) noexcept = 0;           // a file or an empty directory
  virtual Status make_directory(Text path) noexcept = 0;   // with its parents; no error where it exists
  virtual Status sync_directory(Text path) noexcept = 0;
  virtual Status list(Text path, DirectoryVisitor& visitor) noexcept = 0;  // not in any order
  virtual Status info(Text path, FileInfo& info) noexcept = 0;             // kNotFound where there is nothing; info.name stays empty
  virtual Status set_modified(Text path, std::int64_t wall_ms) noexcept = 0;
  virtual Status space(Text path, std::uint64_t& total, std::uint64_t& free) noexcept = 0;

  // An exclusive lock between processes on the file `path` (made where missing), by fcntl, as Java's FileLock takes it. Within one process
  // the lock is counted, so that two plugins may share a directory. kExists when another process holds it. Held until unlock or the end of
  // the process.
  virtual Status lock(Text path) noexcept = 0;
  virtual void unlock(Text path) noexcept = 0;

 protected:
  ~Disk() = default;
};

// Where octets go, piece by piece. The receiver refuses with kExhausted when they become too many.
class Sink {
 public:
  virtual Status append(Bytes octets) noexcept = 0;

 protected:
  ~Sink() = default;
};

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

class Host : public Object {
 public:
  virtual Clock& clock() noexcept = 0;
  virtual Random& random() noexcept = 0;
  virtual Disk& disk() noexcept = 0;
  virtual Executor& executor() noexcept = 0;  // the loop that the object was made for
  virtual void log(LogLevel level, Text message) noexcept = 0;

 protected:
  ~Host() = default;
};

}  // namespace barnabas::sdk
