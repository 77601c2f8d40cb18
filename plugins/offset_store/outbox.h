// The way back from the worker's thread to the executor: jobs that are done, delivered in order, in slices, so that a home with a million
// offsets does not hold the loop up.
//
// put() is called on the thread, run() and close() on the executor. The outbox is alive as long as it is
// posted, whatever becomes of its store.
#pragma once

#include "offset_store/owned_write.h"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace barnabas::offset_store {

struct Job {
  enum class Kind : std::uint8_t { kStart, kTakeOver, kResign, kWrite, kRefused, kReported, kStop };

  explicit Job(Kind what) : kind(what) {}

  Kind kind;
  std::uint64_t number = 0;  // of its completion; 0: nobody waits
  std::int32_t home = 0;
  std::int32_t epoch = 0;
  std::string text;  // the cluster at a start, the group of a refusal or of a failure that was reported
  OwnedWrite write;
  sdk::OffsetLoad* load = nullptr;
  Content content;
  std::size_t told = 0;  // of the content
  sdk::Status outcome;
};

class Outbox final : public sdk::Task, public std::enable_shared_from_this<Outbox> {
 public:
  using Deliver = std::function<void(Job&)>;
  using StillWanted = std::function<bool(const Job&)>;

  Outbox(sdk::Executor& executor, StillWanted still_wanted, Deliver deliver)
      : executor_(executor), still_wanted_(std::move(still_wanted)), deliver_(std::move(deliver)) {}

  void put(std::unique_ptr<Job> job);
  // Nothing is delivered any more.
  void close() { closed_ = true; }
  void run() noexcept override;

 private:
  static constexpr std::size_t kSlice = 2048;

  void post_locked();
  // True: all of it is told.
  bool tell(Job& job, std::size_t& budget) const;

  sdk::Executor& executor_;
  StillWanted still_wanted_;  // [executor]
  Deliver deliver_;           // [executor]
  bool closed_ = false;       // [executor]

  std::mutex lock_;  // of the rest
  std::deque<std::unique_ptr<Job>> jobs_;
  std::shared_ptr<Outbox> posted_;  // itself, while the executor has it
};

}  // namespace barnabas::offset_store
