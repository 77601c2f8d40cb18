#include "shared/zookeeper/keeper.h"

#include <algorithm>
#include <chrono>

namespace barnabas::zookeeper {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kNumberDigits = 10;

const char* data_of(const Operation& operation) { return operation.has_data ? operation.data.data() : nullptr; }
int size_in(const Operation& operation) { return operation.has_data ? static_cast<int>(operation.data.size()) : -1; }
int flags(const Operation& operation) { return (operation.is_ephemeral ? ZOO_EPHEMERAL : 0) | (operation.is_numbered ? ZOO_SEQUENCE : 0); }

template <class Fill>
void finish(int code, const void* data, Fill&& fill) {
  const std::unique_ptr<const Call> call(static_cast<const Call*>(data));
  Answer& answer = **call;
  const std::lock_guard guard(answer.lock);
  answer.code = code;
  if (code == ZOK) fill(answer);
  answer.done = true;
  answer.wake.notify_all();
}

void fill(Answer& answer, const Stat& stat) {
  answer.version = stat.version;
  answer.created = stat.czxid;
  answer.created_ms = stat.ctime;
  answer.owner = stat.ephemeralOwner;
}

void on_void(int code, const void* data) {
  finish(code, data, [](Answer&) {});
}
void on_stat(int code, const Stat* stat, const void* data) {
  finish(code, data, [&](Answer& answer) { fill(answer, *stat); });
}
void on_string(int code, const char*, const void* data) {
  finish(code, data, [](Answer&) {});
}
void on_data(int code, const char* value, int size, const Stat* stat, const void* data) {
  finish(code, data, [&](Answer& answer) {
    if (size > 0) answer.data.assign(value, static_cast<std::size_t>(size));
    fill(answer, *stat);
  });
}
void on_strings(int code, const String_vector* strings, const void* data) {
  finish(code, data, [&](Answer& answer) { answer.children.assign(strings->data, strings->data + strings->count); });
}

}  // namespace

template <class Start>
Call Keeper::begin(Start&& start) {
  Call call = std::make_shared<Answer>();
  // The library gets a reference of its own, and gives it back with the answer, which comes at the latest when the handle is closed.
  auto loan = std::make_unique<const Call>(call);
  const int code = handle_ == nullptr ? static_cast<int>(ZINVALIDSTATE) : start(*call, loan.get());
  if (code == ZOK) return static_cast<void>(loan.release()), call;
  call->code = code;
  call->done = true;
  return call;
}

void Keeper::on_event(zhandle_t*, int type, int state, const char* path, void* context) {
  auto& keeper = *static_cast<Keeper*>(context);
  if (type != ZOO_SESSION_EVENT) {
    if (keeper.watcher_ != nullptr && path != nullptr) keeper.watcher_->on_change(path);
    return;
  }
  {
    const std::lock_guard guard(keeper.lock_);
    keeper.state_ = state;
    keeper.wake_.notify_all();
  }
  if (keeper.watcher_ != nullptr) keeper.watcher_->on_state(state);
}

sdk::Status Keeper::open() {
  close();
  zoo_set_debug_level(static_cast<ZooLogLevel>(0));
  handle_ = zookeeper_init(address_.servers.c_str(), &Keeper::on_event, static_cast<int>(address_.session_ms), nullptr, this, 0);
  if (handle_ == nullptr) return sdk::Status::unavailable(name() + ": none of these servers can be found");
  {
    const std::int64_t patience_ms = address_.connection_ms == 0 ? address_.answer_ms : address_.connection_ms;
    std::unique_lock guard(lock_);
    wake_.wait_for(guard, milliseconds(patience_ms),
                   [this] { return interrupted_ || state_ == ZOO_CONNECTED_STATE || state_ == ZOO_AUTH_FAILED_STATE; });
    if (interrupted_ || state_ != ZOO_CONNECTED_STATE)
      return sdk::Status::unavailable(name() + ": no session within " + std::to_string(patience_ms) + " ms");
  }
  if (address_.auth.empty()) return {};
  const int code = wait(begin([&](Answer&, const void* loan) {
    return zoo_add_auth(handle_, "digest", address_.auth.data(), static_cast<int>(address_.auth.size()), on_void, loan);
  }));
  if (code == ZOK) return {};
  if (code != ZAUTHFAILED && code != ZBADARGUMENTS) return sdk::Status::unavailable(name() + ": saying who this is: " + zerror(code));
  return sdk::Status::unsupported(name() + ": " + zerror(code) + "; look at the option auth: USER:PASSWORD");
}

void Keeper::close() {
  if (handle_ != nullptr) zookeeper_close(handle_);
  handle_ = nullptr;
  const std::lock_guard guard(lock_);
  state_ = 0;
}

void Keeper::interrupt() noexcept {
  const std::lock_guard guard(lock_);
  interrupted_ = true;
  wake_.notify_all();
}

int Keeper::wait(const Call& call) {
  // In slices, so that an interruption is noticed.
  constexpr milliseconds kSlice{100};
  const auto deadline = std::chrono::steady_clock::now() + milliseconds(address_.answer_ms);
  std::unique_lock guard(call->lock);
  while (!call->done && std::chrono::steady_clock::now() < deadline) {
    call->wake.wait_for(guard, kSlice);
    const std::lock_guard own(lock_);
    if (interrupted_) break;
  }
  return call->done ? call->code : static_cast<int>(ZOPERATIONTIMEOUT);
}

std::int64_t Keeper::session() const {
  const clientid_t* id = handle_ == nullptr ? nullptr : zoo_client_id(handle_);
  return id == nullptr ? 0 : id->client_id;
}

Call Keeper::get(const std::string& path, Watch watch) {
  return begin([&](Answer&, const void* loan) { return zoo_aget(handle_, path.c_str(), watch == Watch::kYes, on_data, loan); });
}
Call Keeper::children(const std::string& path, Watch watch) {
  return begin([&](Answer&, const void* loan) { return zoo_aget_children(handle_, path.c_str(), watch == Watch::kYes, on_strings, loan); });
}
Call Keeper::create(const std::string& path, const std::string& data) {
  return create({.kind = Operation::Kind::kCreate, .path = path, .data = data});
}
Call Keeper::create(const Operation& operation) {
  return begin([&](Answer&, const void* loan) {
    return zoo_acreate(handle_, operation.path.c_str(), data_of(operation), size_in(operation), acl(), flags(operation), on_string, loan);
  });
}
Call Keeper::set(const std::string& path, const std::string& data, std::int32_t version) {
  return begin([&](Answer&, const void* loan) {
    return zoo_aset(handle_, path.c_str(), data.data(), static_cast<int>(data.size()), version, on_stat, loan);
  });
}
Call Keeper::exists(const std::string& path, Watch watch) {
  return begin([&](Answer&, const void* loan) { return zoo_aexists(handle_, path.c_str(), watch == Watch::kYes, on_stat, loan); });
}
Call Keeper::sync(const std::string& path) {
  return begin([&](Answer&, const void* loan) { return zoo_async(handle_, path.c_str(), on_string, loan); });
}

Call Keeper::multi(const Operations& operations) {
  std::vector<zoo_op_t> list(operations.size());
  return begin([&](Answer& answer, const void* loan) {
    answer.results.resize(operations.size());
    answer.buffers.resize(operations.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Operation& from = operations[i];
      std::string& buffer = answer.buffers[i];
      switch (from.kind) {
        case Operation::Kind::kCreate:
          buffer.resize(from.path.size() + kNumberDigits + 1);
          zoo_create_op_init(&list[i], from.path.c_str(), data_of(from), size_in(from), acl(), flags(from), buffer.data(),
                             static_cast<int>(buffer.size()));
          break;
        case Operation::Kind::kSet:
          zoo_set_op_init(&list[i], from.path.c_str(), data_of(from), size_in(from), from.version, nullptr);
          break;
        case Operation::Kind::kDelete:
          zoo_delete_op_init(&list[i], from.path.c_str(), from.version);
          break;
        case Operation::Kind::kCheck:
          zoo_check_op_init(&list[i], from.path.c_str(), from.version);
          break;
      }
    }
    return zoo_amulti(handle_, static_cast<int>(list.size()), list.data(), answer.results.data(), on_void, loan);
  });
}

}  // namespace barnabas::zookeeper
