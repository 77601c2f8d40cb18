#include <barnabas/sdk/interceptor.h>
#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

#include <optional>
#include <string>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {
namespace {

struct ValueEdit final : sdk::RecordEdit {
  void set_key(sdk::Bytes) noexcept override { other = true; }
  void set_value(sdk::Bytes octets) noexcept override { value = std::string(reinterpret_cast<const char*>(octets.data), octets.size); }
  void clear_value() noexcept override { other = true; }
  void add_header(sdk::Text, sdk::Bytes) noexcept override { other = true; }
  void reject(sdk::Text) noexcept override { other = true; }

  std::optional<std::string> value;
  bool other = false;
};

class TimestampPrefix : public ::testing::Test {
 protected:
  ~TimestampPrefix() override {
    if (object_ != nullptr) barnabas_plugin.destroy(object_);
  }
  sdk::Interceptor& make(sdk::SettingList settings = {}) {
    EXPECT_TRUE(barnabas_plugin.create(host_, settings, object_).ok());
    return *static_cast<sdk::Interceptor*>(object_);
  }
  static sdk::RecordView record(std::string_view value) {
    sdk::RecordView view;
    view.value = value;
    view.has_value = true;
    return view;
  }
  std::optional<std::string> appended(sdk::Interceptor& interceptor, const sdk::RecordView& view) {
    ValueEdit edit;
    EXPECT_TRUE(interceptor.on_append({}, {}, view, edit).ok());
    EXPECT_FALSE(edit.other);
    return edit.value;
  }

  ManualHost host_;
  void* object_ = nullptr;
};

TEST_F(TimestampPrefix, TimeStandsBeforeTheValue) {
  sdk::Interceptor& interceptor = make();
  EXPECT_EQ(appended(interceptor, record("hello")), "1700000001000,hello");
  host_.advance(500'000'000);
  EXPECT_EQ(appended(interceptor, record("")), "1700000001500,");
  EXPECT_EQ(appended(interceptor, record(std::string_view("\0\xff", 2))), std::string("1700000001500,\0\xff", 16));
}

TEST_F(TimestampPrefix, ProducersDoTheSame) {
  sdk::Interceptor& interceptor = make();
  ValueEdit edit;
  ASSERT_TRUE(interceptor.on_send({}, record("hello"), edit).ok());
  EXPECT_EQ(edit.value, "1700000001000,hello");
  EXPECT_EQ(interceptor.hooks(), static_cast<std::uint32_t>(sdk::kBrokerRecord | sdk::kProducerRecord));
}

TEST_F(TimestampPrefix, TombstonesStay) { EXPECT_FALSE(appended(make(), {})); }

TEST_F(TimestampPrefix, SeparatorIsAnOption) {
  const sdk::Setting separator{"separator", " | ", {}};
  EXPECT_EQ(appended(make({&separator, 1}), record("hello")), "1700000001000 | hello");
}

}  // namespace
}  // namespace barnabas::testing
