// The rules of all interceptors, and those of this one.
#include <barnabas/testing/interceptor_conformance.h>
#include <barnabas/testing/plugin_under_test.h>
#include <barnabas/testing/recorded_edit.h>

namespace sdk = barnabas::sdk;

BARNABAS_INTERCEPTOR_CONFORMANCE(MyPluginInterceptor)

namespace {

using Plugin = barnabas::testing::PluginUnderTest<sdk::Interceptor>;
using barnabas::testing::RecordedEdit;
using Headers = std::vector<std::pair<std::string, std::string>>;

TEST(MyPluginInterceptor, ARecordGetsTheHeader) {
  Plugin plugin;
  RecordedEdit stored, sent;
  EXPECT_TRUE(plugin->on_append({}, {}, {}, stored).ok());
  EXPECT_TRUE(plugin->on_send({}, {}, sent).ok());
  EXPECT_EQ(stored.headers, (Headers{{"origin", "here"}}));
  EXPECT_EQ(sent.headers, stored.headers);
}

TEST(MyPluginInterceptor, ARecordThatHasItKeepsIt) {
  Plugin plugin{{"header", "from", {}}};
  const sdk::HeaderView said{"from", std::string_view("elsewhere"), true};
  sdk::RecordView record;
  record.headers = &said;
  record.header_count = 1;
  RecordedEdit edit;
  EXPECT_TRUE(plugin->on_append({}, {}, record, edit).ok());
  EXPECT_TRUE(edit.untouched());
}

TEST(MyPluginInterceptor, AHeaderWithoutANameIsRefused) {
  const Plugin plugin{{"header", "", {}}};
  EXPECT_NE(plugin.refusal().find("the header has no name"), std::string::npos) << plugin.refusal();
}

}  // namespace
