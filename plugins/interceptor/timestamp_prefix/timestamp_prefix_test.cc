#include <barnabas/testing/interceptor_conformance.h>

#include "interceptor/testing_interceptor.h"

BARNABAS_INTERCEPTOR_CONFORMANCE(timestamp_prefix)

namespace barnabas::testing {
namespace {

class TimestampPrefix : public InterceptorTest {
 protected:
  static std::optional<std::string> appended(sdk::Interceptor& interceptor, const sdk::RecordView& view) {
    RecordedEdit edit;
    EXPECT_TRUE(interceptor.on_append({}, {}, view, edit).ok());
    return edit.value;
  }
};

TEST_F(TimestampPrefix, TimeStandsBeforeTheValue) {
  sdk::Interceptor& interceptor = make();
  EXPECT_EQ(appended(interceptor, record_of("hello")), "1700000001000,hello");
  host_.advance_ms(500);
  EXPECT_EQ(appended(interceptor, record_of("")), "1700000001500,");
  EXPECT_EQ(appended(interceptor, record_of(std::string_view("\0\xff", 2))), std::string("1700000001500,\0\xff", 16));
}

TEST_F(TimestampPrefix, ProducersDoTheSameAndOnlyToTheValue) {
  sdk::Interceptor& interceptor = make();
  RecordedEdit edit;
  ASSERT_TRUE(interceptor.on_send({}, record_of("hello"), edit).ok());
  EXPECT_EQ(edit.value, "1700000001000,hello");
  EXPECT_FALSE(edit.key || edit.rejected || !edit.headers.empty());
  EXPECT_EQ(interceptor.hooks(), static_cast<std::uint32_t>(sdk::kBrokerRecord | sdk::kProducerRecord));
}

TEST_F(TimestampPrefix, TombstonesStay) { EXPECT_FALSE(appended(make(), {})); }

TEST_F(TimestampPrefix, SeparatorIsAnOption) {
  EXPECT_EQ(appended(make({{"separator", " | ", {}}}), record_of("hello")), "1700000001000 | hello");
}

}  // namespace
}  // namespace barnabas::testing
