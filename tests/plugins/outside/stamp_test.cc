#include "stamp.h"

#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/recorded_edit.h>

#include <gtest/gtest.h>

namespace {

TEST(Stamp, PutsItsMarkBeforeTheValue) {
  barnabas::testing::ManualHost host;
  outside::Stamp stamp(host, {});
  barnabas::sdk::RecordView record;
  record.value = std::string_view("hello");
  record.has_value = true;
  barnabas::testing::RecordedEdit edit;
  EXPECT_TRUE(stamp.on_append({}, {}, record, edit).ok());
  EXPECT_EQ(edit.value, "> hello");
}

}  // namespace
