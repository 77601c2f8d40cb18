// A disk in memory that can lose power, run full and fail, at any operation, for tests that repeat a run exactly.
//
//   SimulatedDisk disk(seed);
//   disk.crash_at(17);                // the 17th operation that changes something from now on does not happen, nor does any after it
//   … run the program until it fails with kIo, drop all its objects …
//   disk.restart(Crash::kTear);       // the machine comes up again
//
// Nothing is durable but what was synced: a file's octets by File::sync, names by sync_directory of their directory, in directories that
// are durable themselves. Functions may be called from any thread; one lock holds them apart.
#pragma once

#include <barnabas/sdk/split_mix.h>
#include <barnabas/testing/simulated_file.h>

#include <functional>
#include <mutex>
#include <set>
#include <string_view>

namespace barnabas::testing {

enum class Fault : std::uint8_t { kIo, kNoSpace };

class SimulatedDisk final : public sdk::Disk {
 public:
  explicit SimulatedDisk(std::uint64_t seed = 1) : random_(seed) { root_->is_directory = true; }
  ~SimulatedDisk() = default;

  // --- What a test does to the disk ---

  // Operations that changed something so far: writes, cuts, syncs, new names, renames, removals.
  std::uint64_t operations() const {
    return guarded([&] { return operations_; });
  }
  void crash_at(std::uint64_t nth) {
    guarded([&] { crash_at_ = operations_ + nth; });
  }
  bool crashed() const {
    return guarded([&] { return crashed_; });
  }
  // The machine comes up again. Files that are still open stay dead until they are closed; locks are gone.
  void restart(Crash crash) {
    guarded([&] {
      root_->power_off(crash, random_);
      crashed_ = false;
      crash_at_ = 0, fault_at_ = 0;
      ++boot_;
      locks_.clear();
    });
  }
  // The nth operation from now on fails, and after it `times - 1` more. A failed write leaves part of itself behind, a failed sync forgets
  // what it should have written.
  void fail_at(std::uint64_t nth, Fault fault, std::uint64_t times = 1) {
    guarded([&] { fault_at_ = operations_ + nth, fault_ = fault, fault_times_ = times; });
  }
  // The nth read from now on fails.
  void fail_read_at(std::uint64_t nth) {
    guarded([&] { read_fault_at_ = reads_ + nth; });
  }
  // Called with a word for each operation, for example "write /a/b".
  void trace(std::function<void(std::string)> to) { trace_ = std::move(to); }
  // Called with the file's path behind each File::sync, by who syncs, who goes on when it returns: a test may do there what others do while
  // a device takes its time. No lock is held.
  void on_sync(std::function<void(const std::string&)> call) { on_sync_ = std::move(call); }
  void set_time(std::int64_t wall_ms) {
    guarded([&] { wall_ms_ = wall_ms; });
  }
  void set_total_bytes(std::uint64_t bytes) { total_bytes_ = bytes; }
  std::size_t open_files() const {
    return guarded([&] { return open_files_; });
  }
  std::uint64_t reads() const {
    return guarded([&] { return reads_; });
  }
  // A whole file, to look at or to damage. REQUIRES: it exists.
  std::vector<std::uint8_t> content(std::string_view path) const {
    return guarded([&] { return find(path)->octets; });
  }
  bool exists(std::string_view path) const {
    return guarded([&] { return find(path) != nullptr; });
  }
  // Durable at once, and counts as no operation.
  void put(std::string_view path, std::vector<std::uint8_t> octets);
  // Flips a bit of the octet `at` of the first place in any file where `octets` lie; false: nowhere. Durable at once.
  bool damage(const std::vector<std::uint8_t>& octets, std::size_t at);
  // Another process holds the lock, or every lock there is.
  void lock_elsewhere(std::string_view path) {
    guarded([&] { foreign_locks_.emplace(path); });
  }
  void lock_elsewhere_all() {
    guarded([&] { all_locks_foreign_ = true; });
  }

  // --- sdk::Disk ---

  sdk::Status open(sdk::Text path, sdk::OpenMode mode, sdk::File*& file) noexcept override;
  void close(sdk::File* file) noexcept override;
  sdk::Status rename(sdk::Text from, sdk::Text to) noexcept override;
  sdk::Status remove(sdk::Text path) noexcept override;
  sdk::Status make_directory(sdk::Text path) noexcept override;
  sdk::Status sync_directory(sdk::Text path) noexcept override;
  sdk::Status list(sdk::Text path, sdk::DirectoryVisitor& visitor) noexcept override;
  sdk::Status info(sdk::Text path, sdk::FileInfo& info) noexcept override;
  sdk::Status set_modified(sdk::Text path, std::int64_t wall_ms) noexcept override;
  sdk::Status space(sdk::Text path, std::uint64_t& total, std::uint64_t& free) noexcept override;
  sdk::Status lock(sdk::Text path) noexcept override;
  void unlock(sdk::Text path) noexcept override {
    guarded([&] { locks_.erase(str(path)); });
  }

 private:
  using Node = std::shared_ptr<SimulatedNode>;
  class OpenFile;

  static std::string str(sdk::Text text) { return {text.data, text.size}; }
  template <class Call>
  std::invoke_result_t<Call> guarded(Call&& call) const {
    std::lock_guard lock(mutex_);
    return call();
  }
  static std::vector<std::string> split(std::string_view path);
  Node find(std::string_view path) const;
  // The directory that holds the last name of `path`, and that name. Null when it does not exist.
  Node parent(std::string_view path, std::string& name) const;
  Node make_node(bool is_directory) const {
    auto node = std::make_shared<SimulatedNode>();
    node->is_directory = is_directory;
    node->modified_ms = wall_ms_;
    return node;
  }
  // Counts one operation and says whether it may happen.
  sdk::Status begin(const char* what, std::string_view path);
  sdk::Status missing(std::string_view path) const { return sdk::Status::not_found("there is no " + std::string(path)); }

  mutable std::mutex mutex_;
  sdk::SplitMix random_;
  Node root_ = std::make_shared<SimulatedNode>();
  std::uint64_t operations_ = 0;
  std::uint64_t crash_at_ = 0;
  bool crashed_ = false;
  std::uint64_t fault_at_ = 0;
  Fault fault_ = Fault::kIo;
  std::uint64_t fault_times_ = 0;
  std::uint64_t reads_ = 0;
  std::uint64_t read_fault_at_ = 0;
  std::uint64_t boot_ = 0;
  std::int64_t wall_ms_ = 0;
  std::uint64_t total_bytes_ = std::uint64_t{1} << 40;
  std::size_t open_files_ = 0;
  std::map<std::string, int> locks_;
  std::set<std::string> foreign_locks_;
  bool all_locks_foreign_ = false;
  std::function<void(std::string)> trace_;
  std::function<void(const std::string&)> on_sync_;
};

}  // namespace barnabas::testing

#include <barnabas/testing/simulated_disk_body.h>
