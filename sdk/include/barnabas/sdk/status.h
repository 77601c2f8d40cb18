// The outcome of a call that may fail: success, or a code and one sentence.
//
// Success is a null pointer, so returning it costs a register. A failure is one heap block that carries the function
// which frees it: the side of the plugin border that made it destroys it, whichever side drops it last.
// A Status is moved, not copied, and may travel between threads; one object is not for two threads at once.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstdlib>
#include <cstring>
#include <utility>

namespace barnabas::sdk {

enum class Code : std::uint16_t {
  kOk = 0,
  kInvalid,      // the caller's input is wrong and stays wrong
  kNotFound,     //
  kExists,       //
  kCorrupt,      // stored or received bytes contradict their format
  kIo,           // the device failed; the directory or connection is not to be trusted any more
  kUnavailable,  // not now: the same call may succeed later, and nothing was done
  kUnknown,      // the reply was lost: the call may or may not have been carried out
  kUnsupported,  //
  kExhausted,    // a declared limit was reached
  kFenced,       // the caller's term, epoch or session is over
  kInternal,     // a promise inside the program was broken, for example a plugin threw
};

class [[nodiscard]] Status {
 public:
  constexpr Status() noexcept = default;
  Status(Status&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Status& operator=(Status&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;
  ~Status() {
    if (state_ != nullptr) state_->destroy(state_);
  }

  static Status error(Code code, Text message) noexcept {
    Status status;
    auto* state = static_cast<State*>(std::malloc(sizeof(State) + message.size));
    if (state == nullptr) {
      status.state_ = &out_of_memory();
      return status;
    }
    *state = State{&free_state, code, static_cast<std::uint32_t>(message.size)};
    if (message.size != 0) std::memcpy(state + 1, message.data, message.size);
    status.state_ = state;
    return status;
  }
  static Status invalid(Text message) noexcept { return error(Code::kInvalid, message); }
  static Status not_found(Text message) noexcept { return error(Code::kNotFound, message); }
  static Status corrupt(Text message) noexcept { return error(Code::kCorrupt, message); }
  static Status io(Text message) noexcept { return error(Code::kIo, message); }
  static Status unavailable(Text message) noexcept { return error(Code::kUnavailable, message); }
  static Status unsupported(Text message) noexcept { return error(Code::kUnsupported, message); }
  static Status exhausted(Text message) noexcept { return error(Code::kExhausted, message); }
  static Status internal(Text message) noexcept { return error(Code::kInternal, message); }

  bool ok() const noexcept { return state_ == nullptr; }
  explicit operator bool() const noexcept { return ok(); }
  Code code() const noexcept { return ok() ? Code::kOk : state_->code; }
  // Valid as long as this object.
  Text message() const noexcept { return ok() ? Text{} : Text{reinterpret_cast<const char*>(state_ + 1), state_->size}; }
  Status copy() const noexcept { return ok() ? Status{} : error(code(), message()); }

 private:
  struct State {
    void (*destroy)(const State*) noexcept;
    Code code;
    std::uint32_t size;  // of the text behind this header
  };

  static void free_state(const State* state) noexcept { std::free(const_cast<State*>(state)); }
  static void keep_state(const State*) noexcept {}
  static const State& out_of_memory() noexcept {
    static constexpr State state{&keep_state, Code::kExhausted, 0};
    return state;
  }

  const State* state_ = nullptr;
};

}  // namespace barnabas::sdk
