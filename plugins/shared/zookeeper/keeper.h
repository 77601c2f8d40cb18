// A session with a ZooKeeper ensemble, whose library has threads of its own: calls are begun, and waited for with a deadline. One thread at
// a time, but for interrupt(). What a session that is over or given up has left unanswered ends at the latest when it is closed.
#pragma once

#include <barnabas/sdk/status.h>

#include <zookeeper/zookeeper.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "shared/zookeeper/operation.h"

namespace barnabas::zookeeper {

struct Address {
  std::string servers;  // HOST:PORT,HOST:PORT/CHROOT
  std::string auth;     // USER:PASSWORD of scheme digest; empty: none
  std::int64_t session_ms = 0;
  std::int64_t answer_ms = 0;
  std::int64_t connection_ms = 0;  // until there is a session; 0: as long as an answer may take
};

// The end of a call. The library's thread fills it in; whoever waits no longer simply lets go.
struct Answer {
  int code = ZOPERATIONTIMEOUT;
  std::string data;
  std::int32_t version = -1;
  std::int64_t created = -1;  // the transaction that made the node
  std::int64_t created_ms = -1;
  std::int64_t owner = 0;  // the session whose own it is; 0: nobody's
  std::vector<std::string> children;
  std::vector<zoo_op_result_t> results;
  std::vector<std::string> buffers;  // what a multi-operation needs until its end

  std::mutex lock;
  std::condition_variable wake;
  bool done = false;
};
using Call = std::shared_ptr<Answer>;

// Whether the next change of what was asked about is told; once for each time it was asked.
enum class Watch : bool { kNo, kYes };

// Told on a thread of the library's, with which nothing may be waited for.
class Watcher {
 public:
  virtual void on_state(int state) noexcept = 0;  // of the session: ZOO_CONNECTED_STATE, …
  virtual void on_change(const std::string& path) noexcept = 0;

 protected:
  ~Watcher() = default;
};

class Keeper {
 public:
  // `watcher` outlives the keeper.
  explicit Keeper(Address address, Watcher* watcher = nullptr) : address_(std::move(address)), watcher_(watcher) {}
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() { close(); }

  const Address& address() const { return address_; }
  std::string name() const { return "ZooKeeper at " + address_.servers; }
  sdk::Status open();
  void close();
  bool is_open() const { return handle_ != nullptr && zoo_state(handle_) == ZOO_CONNECTED_STATE; }
  // Of the session that is open; 0: there is none.
  std::int64_t session() const;
  // How long the ensemble lets it live without a sign of life.
  std::int64_t session_ms() const { return handle_ == nullptr ? address_.session_ms : zoo_recv_timeout(handle_); }

  Call get(const std::string& path, Watch watch = Watch::kNo);
  Call children(const std::string& path, Watch watch = Watch::kNo);
  Call create(const std::string& path, const std::string& data);
  Call create(const Operation& operation);
  Call set(const std::string& path, const std::string& data, std::int32_t version = -1);
  Call exists(const std::string& path, Watch watch = Watch::kNo);
  Call sync(const std::string& path);
  Call multi(const Operations& operations);
  // The outcome; ZOPERATIONTIMEOUT when the deadline is over.
  int wait(const Call& call);

  void interrupt() noexcept;  // [any thread] waits end, and so does every later one

 private:
  static void on_event(zhandle_t*, int type, int state, const char* path, void* keeper);
  template <class Start>
  Call begin(Start&& start);
  const ACL_vector* acl() const { return address_.auth.empty() ? &ZOO_OPEN_ACL_UNSAFE : &ZOO_CREATOR_ALL_ACL; }

  const Address address_;
  Watcher* const watcher_;
  zhandle_t* handle_ = nullptr;

  std::mutex lock_;  // of the rest
  std::condition_variable wake_;
  int state_ = 0;
  bool interrupted_ = false;
};

}  // namespace barnabas::zookeeper
