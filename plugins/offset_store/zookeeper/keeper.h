// A session with a ZooKeeper ensemble, whose library has threads of its own: calls are begun, and waited for with a deadline. One thread,
// but for interrupt(). A session that is disturbed is given up: whoever wants to go on opens another one and looks again.
#pragma once

#include <barnabas/sdk/status.h>

#include <zookeeper/zookeeper.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace barnabas::offsets_zookeeper {

struct Address {
  std::string servers;  // HOST:PORT,HOST:PORT/CHROOT
  std::string auth;     // USER:PASSWORD of scheme digest; empty: none
  std::int64_t session_ms = 0;
  std::int64_t answer_ms = 0;
};

// The end of a call. The library's thread fills it in; whoever waits no longer simply lets go.
struct Answer {
  int code = ZOPERATIONTIMEOUT;
  std::string data;
  std::int32_t version = -1;
  std::vector<std::string> children;
  std::vector<zoo_op_result_t> results;
  std::vector<std::string> buffers;  // what a multi-operation needs until its end

  std::mutex lock;
  std::condition_variable wake;
  bool done = false;
};
using Call = std::shared_ptr<Answer>;

struct Operation {
  enum class Kind : std::uint8_t { kCreate, kSet, kDelete };
  Kind kind;
  std::string path;
  std::string data;
  std::int32_t version = -1;
};

class Keeper {
 public:
  explicit Keeper(Address address) : address_(std::move(address)) {}
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() { close(); }

  const Address& address() const { return address_; }
  sdk::Status open();
  void close();
  bool is_open() const { return handle_ != nullptr && zoo_state(handle_) == ZOO_CONNECTED_STATE; }

  Call get(const std::string& path);
  Call children(const std::string& path);
  Call create(const std::string& path, const std::string& data);
  Call set(const std::string& path, const std::string& data);
  Call exists(const std::string& path);
  Call sync(const std::string& path);
  Call multi(const std::vector<Operation>& operations);
  // The outcome; ZOPERATIONTIMEOUT when the deadline is over.
  int wait(const Call& call);

  void interrupt() noexcept;  // [any thread] waits end, and so does every later one

 private:
  static void on_event(zhandle_t*, int type, int state, const char*, void* keeper);
  template <class Start>
  Call begin(Start&& start);
  const ACL_vector* acl() const { return address_.auth.empty() ? &ZOO_OPEN_ACL_UNSAFE : &ZOO_CREATOR_ALL_ACL; }

  const Address address_;
  zhandle_t* handle_ = nullptr;

  std::mutex lock_;  // of the rest
  std::condition_variable wake_;
  int state_ = 0;
  bool interrupted_ = false;
};

}  // namespace barnabas::offsets_zookeeper
