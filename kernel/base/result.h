// Errors are values: a Result holds what was asked for or the Status that says why not.
#pragma once

#include <barnabas/sdk/status.h>

#include <cassert>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas {

using sdk::Code;
using sdk::Status;

inline std::string_view message_of(const Status& status) { return status.message(); }

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  // REQUIRES: !status.ok()
  Result(Status status) : status_(std::move(status)) { assert(!status_.ok()); }

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  // REQUIRES: ok()
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

  const Status& status() const& { return status_; }
  Status&& status() && { return std::move(status_); }

 private:
  std::optional<T> value_;
  Status status_;
};

// Leaves the enclosing function with the failure of `expression`, a Status.
#define BARNABAS_TRY(expression)                                                               \
  do {                                                                                         \
    if (::barnabas::Status status_of_try = (expression); !status_of_try) return status_of_try; \
  } while (false)

}  // namespace barnabas
