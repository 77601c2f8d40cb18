// A completion that remembers how it ended. One thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <string>

namespace barnabas::testing {

class Ending final : public sdk::Completion {
 public:
  void done(sdk::Status status) noexcept override {
    code = status.code();
    message = std::string(status.message());
    ++count;
  }
  bool ok() const { return count == 1 && code == sdk::Code::kOk; }

  int count = 0;
  sdk::Code code = sdk::Code::kInternal;
  std::string message;
};

}  // namespace barnabas::testing
