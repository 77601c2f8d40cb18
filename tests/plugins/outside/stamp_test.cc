#include "stamp.h"

#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

namespace {

struct Edit final : barnabas::sdk::RecordEdit {
  void set_key(barnabas::sdk::Bytes) noexcept override {}
  void set_value(barnabas::sdk::Bytes to) noexcept override { value.assign(reinterpret_cast<const char*>(to.data), to.size); }
  void clear_value() noexcept override {}
  void add_header(barnabas::sdk::Text, barnabas::sdk::Bytes) noexcept override {}
  void reject(barnabas::sdk::Text) noexcept override {}
  std::string value;
};

TEST(Stamp, PutsItsMarkBeforeTheValue) {
  barnabas::testing::ManualHost host;
  outside::Stamp stamp(host, {});
  barnabas::sdk::RecordView record;
  record.value = std::string_view("hello");
  record.has_value = true;
  Edit edit;
  EXPECT_TRUE(stamp.on_append({}, {}, record, edit).ok());
  EXPECT_EQ(edit.value, "> hello");
}

}  // namespace
