// What an interceptor did to a record, kept for a test to look at. One thread.
#pragma once

#include <barnabas/sdk/interceptor.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::testing {

class RecordedEdit final : public sdk::RecordEdit {
 public:
  void set_key(sdk::Bytes octets) noexcept override { key = copy(octets); }
  void set_value(sdk::Bytes octets) noexcept override {
    value = copy(octets);
    value_cleared = false;
  }
  void clear_value() noexcept override {
    value.reset();
    value_cleared = true;
  }
  void add_header(sdk::Text name, sdk::Bytes octets) noexcept override { headers.emplace_back(std::string(name), copy(octets)); }
  void reject(sdk::Text reason) noexcept override { rejected = std::string(reason); }

  bool untouched() const { return !key && !value && !value_cleared && headers.empty() && !rejected; }

  std::optional<std::string> key;  // where it was set
  std::optional<std::string> value;
  bool value_cleared = false;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> rejected;  // the reason

 private:
  static std::string copy(sdk::Bytes octets) { return std::string(reinterpret_cast<const char*>(octets.data), octets.size); }
};

}  // namespace barnabas::testing
