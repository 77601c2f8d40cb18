#include "kernel/config/client_file.h"

#include "kernel/config/testing_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::config {
namespace {

using ::testing::HasSubstr;

class ClientFileTest : public ::testing::Test {
 protected:
  ClientFile load(const std::string& text) {
    MadeSurroundings surroundings;
    surroundings.files["client.yaml"] = text;
    findings_ = {};
    ClientFile client = load_client("client.yaml", surroundings, findings_);
    check_plugins(client, MadePlugins(), findings_);
    return client;
  }
  // Everything that is wrong.
  std::string refusal(const std::string& text) {
    load(text);
    EXPECT_TRUE(findings_.has_errors());
    return findings_.text();
  }

  Findings findings_;
};

TEST_F(ClientFileTest, AChainIsReadInItsOrderWithItsOptions) {
  const ClientFile client = load(
      "interceptors:\n  - {use: audit, config: {path: /x, level: 4}}\n  - {use: audit, config: {path: /y}}\nplugins: {paths: [a, b]}\n");
  EXPECT_EQ(findings_.text(), "");
  ASSERT_EQ(client.interceptors.size(), 2u);
  ASSERT_EQ(client.interceptors[0].settings.size(), 2u);
  EXPECT_EQ(client.interceptors[0].settings[0].value + client.interceptors[1].settings[0].value, "/x/y");
  EXPECT_EQ(client.interceptors[0].settings[1].value, "4");
  EXPECT_EQ(client.plugin_paths, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(client.partitioner);
}

TEST_F(ClientFileTest, NothingIsRightToo) {
  for (const char* text : {"", "interceptors:\n", "{}\n"}) {
    EXPECT_TRUE(load(text).interceptors.empty());
    EXPECT_EQ(findings_.text(), "") << text;
  }
}

TEST_F(ClientFileTest, ValuesComeFromOutsideAsInADeployment) {
  const ClientFile client = load("interceptors: [{use: audit, config: {path: '${env:PASSWORD}'}}]\n");
  ASSERT_EQ(client.interceptors.size(), 1u);
  ASSERT_EQ(client.interceptors[0].settings.size(), 1u);
  EXPECT_EQ(client.interceptors[0].settings[0].value, MadeSurroundings::kSecret);
  EXPECT_TRUE(client.interceptors[0].settings[0].is_secret);
}

TEST_F(ClientFileTest, MistakesAreNamedWithTheirPlaceAndTheNearestWord) {
  EXPECT_EQ(refusal("intercepters: []\n"),
            "client.yaml:1:1: error: unknown key 'intercepters': a client has partitioner, interceptors and plugins (did you mean "
            "'interceptors'?)\n");
  EXPECT_THAT(refusal("interceptors:\n  - {use: audti, config: {path: /x}}\n"),
              HasSubstr("client.yaml:2:11: error: there is no interceptor plugin 'audti'; there is audit (did you mean 'audit'?)"));
  EXPECT_THAT(refusal("interceptors:\n  - use: audit\n    config: {path: /x, levle: 4}\n"), HasSubstr("client.yaml:3:24: error: "));
  EXPECT_THAT(refusal("interceptors: [{config: {}}]\n"), HasSubstr("'interceptors[0].use' is missing"));
  EXPECT_THAT(refusal("interceptors: audit\n"), HasSubstr("'interceptors' must be a list, but one value was found"));
  EXPECT_THAT(refusal("- audit\n"), HasSubstr("a client file must be a map, but a list was found"));
  EXPECT_THAT(refusal("partitioner: {use: best}\n"), HasSubstr("there is no partitioner plugin 'best'"));
  EXPECT_THAT(refusal("storage: {use: segment}\n"), HasSubstr("unknown key 'storage': a client has"));
}

TEST_F(ClientFileTest, AFileThatIsNotThereIsSaid) {
  MadeSurroundings surroundings;
  load_client("none.yaml", surroundings, findings_);
  EXPECT_EQ(findings_.text(), "none.yaml: error: none.yaml cannot be read: No such file or directory\n");
}

}  // namespace
}  // namespace barnabas::config
