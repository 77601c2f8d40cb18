// Calls of plugins with a closure for their end.
#pragma once

#include <memory>
#include <utility>

#include "kernel/base/task.h"

namespace barnabas::broker {

// Deletes itself when it is done.
template <class Ended>
class CallOnDone final : public sdk::Completion {
 public:
  explicit CallOnDone(Ended call) : call_(std::move(call)) {}
  void done(sdk::Status status) noexcept override {
    call_(std::move(status));
    delete this;
  }

 private:
  Ended call_;
};

// `begin` takes a completion and returns a Status, as the functions of plugins do. `ended(status)` is called once, in a later turn, also
// when nothing was begun. [executor]
template <class Begin, class Ended>
void call_plugin(sdk::Executor& executor, Begin&& begin, Ended ended) {
  auto completion = std::make_unique<CallOnDone<Ended>>(std::move(ended));
  sdk::Status begun = begin(*completion);
  if (begun.ok()) return static_cast<void>(completion.release());
  base::post(executor,
             [completion = std::move(completion), begun = std::move(begun)]() mutable { completion.release()->done(std::move(begun)); });
}

}  // namespace barnabas::broker
