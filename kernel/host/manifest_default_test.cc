#include <barnabas/sdk/manifest.h>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::host {
namespace {

struct Ratios {
  double just_below = 1.9999999;
  double negative = -0.25;
  double small = 0.0000014;

  BARNABAS_OPTIONS(f) {
    f("just_below", &Ratios::just_below, "Rounds up to a whole one.");
    f("negative", &Ratios::negative, "Below nothing.");
    f("small", &Ratios::small, "More digits than are kept.");
  }
};

TEST(ManifestDefault, OfADoubleHasSixDecimalsRounded) {
  sdk::detail::ManifestWriter counter;
  constexpr sdk::detail::Identity kIdentity{"codec", 1, "ratios", "1", "about"};
  sdk::detail::write_manifest<Ratios>(counter, kIdentity);
  std::string text(counter.size, ' ');
  sdk::detail::ManifestWriter writer{text.data()};
  sdk::detail::write_manifest<Ratios>(writer, kIdentity);
  EXPECT_THAT(text, testing::HasSubstr(R"("default":"2.000000","help":"Rounds up)"));
  EXPECT_THAT(text, testing::HasSubstr(R"("default":"-0.250000")"));
  EXPECT_THAT(text, testing::HasSubstr(R"("default":"0.000001")"));
}

}  // namespace
}  // namespace barnabas::host
