// An interceptor of the test's own program, on a host that stands still and keeps what is told to it. One thread.
#pragma once

#include <barnabas/sdk/interceptor.h>
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/recorded_edit.h>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

class ListeningHost final : public sdk::Host {
 public:
  ListeningHost() = default;
  explicit ListeningHost(sdk::Disk& disk) : host_(disk) {}
  sdk::Clock& clock() noexcept override { return host_.clock(); }
  sdk::Random& random() noexcept override { return host_.random(); }
  sdk::Disk& disk() noexcept override { return host_.disk(); }
  sdk::Executor& executor() noexcept override { return host_.executor(); }
  void log(sdk::LogLevel, sdk::Text message) noexcept override { lines.emplace_back(message.data, message.size); }
  void advance_ms(std::int64_t ms) { host_.advance(ms * 1'000'000); }

  std::vector<std::string> lines;

 private:
  ManualHost host_;
};

class InterceptorTest : public ::testing::Test {
 protected:
  InterceptorTest() = default;
  explicit InterceptorTest(sdk::Disk& disk) : host_(disk) {}
  ~InterceptorTest() override { close(); }

  // A new one, after the end of the one before.
  sdk::Interceptor& make(std::vector<sdk::Setting> settings = {}) {
    close();
    EXPECT_TRUE(barnabas_plugin.create(host_, {settings.data(), settings.size()}, object_).ok());
    return interceptor();
  }
  sdk::Interceptor& interceptor() { return *static_cast<sdk::Interceptor*>(object_); }
  // Ends it as a host does.
  void close() {
    if (object_ == nullptr) return;
    auto* end = static_cast<sdk::InterceptorClose*>(interceptor().find(sdk::InterceptorClose::kId));
    EXPECT_TRUE(end == nullptr || end->on_close().ok());
    barnabas_plugin.destroy(object_);
    object_ = nullptr;
  }
  const std::vector<std::string>& logged() const { return host_.lines; }

  static sdk::RecordView record_of(std::string_view value) {
    sdk::RecordView view;
    view.value = value;
    view.has_value = true;
    return view;
  }

  ListeningHost host_;
  void* object_ = nullptr;
};

}  // namespace barnabas::testing
