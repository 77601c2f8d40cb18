// An offset store over a Server: a thread that talks to the server, a queue to it, and the way back to the executor.
//
// Functions are called on the executor; the thread sees nothing but jobs. Writes that have queued up are handed to the server together.
// While the server is away everything is answered at once with kUnavailable, and the server is tried again after a pause that grows. That
// it is away, or refuses writes, is logged once for each reason, and that it is back.
//
// "Those behind one that failed fail too": the thread remembers the groups of failed writes until the executor has reported them. Whatever
// the caller began before it heard of the failure is in the queue ahead of the note that the executor then sends, and fails. A write for
// which the queue has no room never comes to the thread: the executor refuses those behind it until it has told so.
#pragma once

#include "offset_store/outbox.h"
#include "offset_store/server.h"

#include <barnabas/sdk/offset_store_place.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

namespace barnabas::offset_store {

// The longest that a server may be allowed to take. The broker gives a write up after 60 s: it may stand behind an answer that does not
// come, and then wait for a connection and for its own answer. A stop is given up after 20 s.
inline constexpr std::int64_t kLongestMs = 15'000;

struct Patience {
  std::int64_t first_pause_ms = 50;
  std::int64_t longest_pause_ms = 5000;
  std::int64_t stop_ms = 10'000;          // afterwards what is under way ends with kUnknown
  std::uint64_t queue_bytes = 64u << 20;  // waiting and under way
  std::size_t batch_writes = 256;         // handed over together
  std::uint64_t batch_bytes = 1u << 20;
};

class WorkerStore : private sdk::OffsetStorePlace {
 public:
  WorkerStore(sdk::Host& host, std::unique_ptr<Server> server, const Patience& patience);
  WorkerStore(const WorkerStore&) = delete;
  WorkerStore& operator=(const WorkerStore&) = delete;

  sdk::Status start(const sdk::OffsetStoreStart& start, sdk::Completion& completion);
  sdk::Status stop(sdk::Completion& completion);
  sdk::OffsetStoreAbilities abilities();
  sdk::Status take_over(std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, sdk::Completion& completion);
  void resign(std::int32_t home);
  sdk::Status write(const sdk::GroupWrite& write, sdk::Completion& completion);
  void* find(sdk::Text id) { return id == sdk::OffsetStorePlace::kId ? static_cast<sdk::OffsetStorePlace*>(this) : nullptr; }

 protected:
  ~WorkerStore();

 private:
  // Stops waiting for a server that does not answer.
  class StopTimer final : public sdk::Task {
   public:
    explicit StopTimer(WorkerStore& store) : store_(store) {}
    void run() noexcept override { store_.give_up(); }

   private:
    WorkerStore& store_;
  };

  sdk::Text place() noexcept override;
  sdk::Status push(std::unique_ptr<Job> job);
  // Ends the write in a later turn, and until then every further one of the group.
  sdk::Status refuse(sdk::Text group, const std::string& why, sdk::Completion& completion);
  // [executor] What the thread has done comes back.
  void deliver(Job& job);
  void give_up();

  // [thread]
  void run();
  bool next(std::vector<std::unique_ptr<Job>>& jobs);
  void serve(std::vector<std::unique_ptr<Job>> jobs);
  void write_all(std::vector<std::unique_ptr<Job>>& jobs);
  sdk::Status connected();
  sdk::Status ready();
  sdk::Status started();

  sdk::Host& host_;
  const std::unique_ptr<Server> server_;
  const Patience patience_;

  // [executor]
  std::unordered_map<std::uint64_t, sdk::Completion*> waiting_;
  std::uint64_t last_number_ = 0;
  std::uint64_t queued_bytes_ = 0;
  std::unordered_map<std::string, int> without_room_;  // writes by group: not told yet
  bool stopping_ = false;
  StopTimer stop_timer_{*this};
  sdk::TimerId timer_ = 0;
  std::shared_ptr<Outbox> outbox_;
  std::string place_shown_;

  // [thread]
  std::string cluster_;
  struct Failures {
    int count = 0;  // not reported yet
    bool fenced = false;
  };
  void note_failure(const OwnedWrite& write);
  void note_health(const std::vector<OwnedWrite*>& writes);
  void say(sdk::Text reason);
  void say_back();

  std::unordered_map<std::string, Failures> failed_;  // by group
  std::int64_t pause_ms_ = 0;
  std::int64_t next_try_ns_ = 0;
  std::string away_;             // why there is no connection
  std::set<std::string> said_;   // what was wrong since the server last was well
  std::string refused_;          // the group whose write was the last to be refused
  std::int64_t refused_ns_ = 0;  // when; 0: the server is well, as far as writes tell

  std::mutex lock_;  // of the rest
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> queue_;
  bool quit_ = false;
  sdk::OffsetStoreAbilities abilities_;
  std::string place_;

  std::thread thread_;
};

}  // namespace barnabas::offset_store
