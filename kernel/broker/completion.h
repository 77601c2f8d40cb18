// Calls of plugins with a closure for their end.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "kernel/base/task.h"

namespace barnabas::broker {

// Deletes itself when it is done.
class CallOnDone final : public sdk::Completion {
 public:
  explicit CallOnDone(std::function<void(sdk::Status)> call) : call_(std::move(call)) {}
  void done(sdk::Status status) noexcept override {
    call_(std::move(status));
    delete this;
  }

 private:
  std::function<void(sdk::Status)> call_;
};

// `begin` takes a completion and returns a Status, as the functions of plugins do. `ended` is called once, in a later turn, also when
// nothing was begun. [executor]
template <class Begin>
void call_plugin(sdk::Executor& executor, Begin&& begin, std::function<void(sdk::Status)> ended) {
  auto* completion = new CallOnDone(std::move(ended));
  sdk::Status begun = begin(*completion);
  if (begun.ok()) return;
  // Deleted by its own end.
  base::post(executor, [completion, begun = std::make_shared<sdk::Status>(std::move(begun))] { completion->done(std::move(*begun)); });
}

}  // namespace barnabas::broker
