#include "tools/barnabas/time_text.h"

#include <gtest/gtest.h>

namespace barnabas::tools {
namespace {

constexpr std::int64_t kTime = 1'700'000'002'000;  // 2023-11-14T22:13:22Z

std::int64_t time_of(std::string_view text) {
  auto ms = parse_time_ms(text);
  EXPECT_TRUE(ms.ok()) << text;
  return ms.ok() ? *ms : -1;
}

std::int64_t duration_of(std::string_view text) {
  auto ms = parse_duration_ms(text);
  EXPECT_TRUE(ms.ok()) << text;
  return ms.ok() ? *ms : -1;
}

TEST(TimeText, ATimeWithoutAZoneIsUtc) {
  EXPECT_EQ(time_of("2023-11-14T22:13:22.000"), kTime);
  EXPECT_EQ(time_of("2023-11-14T22:13:22"), kTime);
  EXPECT_EQ(time_of("2023-11-14T22:13:22.5Z"), kTime + 500);
  EXPECT_EQ(time_of("1970-1-1T0:0:0.001"), 1);
}

TEST(TimeText, ZonesAreTakenInEachForm) {
  for (const char* zone : {"+01:00", "+0100", "+01"}) EXPECT_EQ(time_of(std::string("2023-11-14T23:13:22.000") + zone), kTime);
  EXPECT_EQ(time_of("2023-11-14T20:43:22.000-01:30"), kTime);
}

TEST(TimeText, WhatIsNoTimeIsRefused) {
  for (const char* text :
       {"", "2023-11-14", "2023-13-14T22:13:22.000", "2023-11-31T22:13:22Z", "2023-11-14T24:13:22", "2023-11-14T22:13:61Z",
        "2023-11-14T22:13Z", "2023-11-14T22:13:22.000X", "2023-11-14 22:13:22", "x2023-11-14T22:13:22"})
    EXPECT_FALSE(parse_time_ms(text).ok()) << text;
}

TEST(TimeText, DurationsAreIso8601) {
  EXPECT_EQ(duration_of("P1D"), 86'400'000);
  EXPECT_EQ(duration_of("P1DT2H3M4.5S"), 86'400'000 + 2 * 3'600'000 + 3 * 60'000 + 4'500);
  EXPECT_EQ(duration_of("pt1,25s"), 1'250);
  EXPECT_EQ(duration_of("-P1D"), -86'400'000);
  EXPECT_EQ(duration_of("P-1D"), -86'400'000);
  EXPECT_EQ(duration_of("-PT-1.5S"), 1'500);
  EXPECT_EQ(duration_of("+PT+1H"), 3'600'000);
  EXPECT_EQ(duration_of("PT0S"), 0);
}

TEST(TimeText, WhatIsNoDurationIsRefused) {
  for (const char* text : {"", "P", "PT", "P1DT", "P1Y", "P1W", "1D", "PT1", "PT0.1234567891S", "P999999999999D", "PT1S2M", " P1D"})
    EXPECT_FALSE(parse_duration_ms(text).ok()) << text;
}

TEST(TimeText, TimesArePrintedInUtc) {
  EXPECT_EQ(time_text(kTime + 7), "2023-11-14T22:13:22.007Z");
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(time_of(time_text(kTime + 999)), kTime + 999);
}

}  // namespace
}  // namespace barnabas::tools
