#include "kernel/host/registry.h"

#include <barnabas/sdk/codec.h>
#include <barnabas/sdk/interceptor.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kPlugins = std::string(BARNABAS_BINARY_DIR) + "/tests/plugins";

// These plugins ask the host for nothing.
class SilentHost final : public sdk::Host {
 public:
  sdk::Clock& clock() noexcept override { std::abort(); }
  sdk::Random& random() noexcept override { std::abort(); }
  sdk::Disk& disk() noexcept override { std::abort(); }
  sdk::Executor& executor() noexcept override { std::abort(); }
  void log(sdk::LogLevel, sdk::Text) noexcept override {}
};

class Edit final : public sdk::RecordEdit {
 public:
  void set_key(sdk::Bytes) noexcept override {}
  void set_value(sdk::Bytes value) noexcept override { text.assign(reinterpret_cast<const char*>(value.data), value.size); }
  void clear_value() noexcept override {}
  void add_header(sdk::Text, sdk::Bytes) noexcept override {}
  void reject(sdk::Text) noexcept override {}
  std::string text;
};

config::Setting setting(const std::string& name, const std::string& value) { return {name, value, {}, false, false, {}}; }

class RegistryTest : public testing::Test {
 protected:
  // The reason why a bad plugin is not listed, without its path.
  std::string refusal(const std::string& name) {
    Registry registry;
    registry.add(kPlugins + "/bad/" + name + ".so");
    EXPECT_TRUE(registry.plugins().empty());
    return registry.refusals().empty() ? "" : registry.refusals()[0].reason;
  }
  // What making an object of a bad plugin says, with "DIR" for the folder.
  std::string failure(const std::string& id, const std::vector<config::Setting>& settings = {}) {
    Registry registry;
    registry.scan(kPlugins + "/bad");
    registry.scan(kPlugins + "/good");
    auto made = registry.create<sdk::Interceptor>(id, host_, settings);
    if (made) return "made";
    std::string text(message_of(made.status()));
    for (std::size_t at; (at = text.find(kPlugins)) != std::string::npos;) text.replace(at, kPlugins.size(), "DIR");
    return text;
  }

  SilentHost host_;
};

TEST_F(RegistryTest, ListsGoodPluginsAndOneRefusalForEachBadFile) {
  Registry registry;
  for (const char* folder : {"/bad", "/good", "/twin"}) registry.scan(kPlugins + folder);
  std::vector<std::string> ids;
  for (const Plugin& plugin : registry.plugins()) ids.push_back(plugin.manifest.id);
  EXPECT_THAT(ids, testing::UnorderedElementsAre("plain", "moody", "missing_symbol", "broken_entry", "two_faced", "null_object", "aborts",
                                                 "ends_at_load", "unresolved"));
  EXPECT_EQ(registry.refusals().size(), 12u) << "eleven bad manifests and the twin";
  EXPECT_THAT(registry.ids("interceptor"), testing::Contains("plain"));
  EXPECT_THAT(registry.ids("codec"), testing::IsEmpty());
}

TEST_F(RegistryTest, ReadsTheWholeManifest) {
  Registry registry;
  registry.scan(kPlugins + "/good");
  const Plugin* plain = registry.find("interceptor", "plain");
  ASSERT_NE(plain, nullptr);
  EXPECT_EQ(plain->manifest.version, "1.2.3");
  EXPECT_EQ(plain->manifest.about, "Writes its options into the record.");
  const config::OptionSchema* level = registry.find_schema("interceptor", "plain")->find("level");
  ASSERT_NE(level, nullptr);
  EXPECT_EQ(level->type, config::OptionType::kInt32);
  EXPECT_EQ(level->default_value, "3");
  EXPECT_EQ(level->min, 1);
  EXPECT_EQ(level->max, 9);
  EXPECT_THAT(plain->manifest.schema.find("mode")->choices, ElementsAre("fast", "small"));
  EXPECT_TRUE(plain->manifest.schema.find("password")->secret);
  EXPECT_EQ(plain->manifest.schema.options.size(), 9u);
}

TEST_F(RegistryTest, MakesAnObjectWithItsSettings) {
  Registry registry;
  registry.scan(kPlugins + "/good");
  std::vector<config::Setting> settings{setting("level", "7"),     setting("enabled", "false"), setting("big", "-9223372036854775808"),
                                        setting("ratio", "0.25"),  setting("mode", "small"),    setting("limit", "67108864"),
                                        setting("every", "120000")};
  settings.push_back({"fields", "", {"a", "b"}, true, false, {}});
  auto made = registry.create<sdk::Interceptor>("plain", host_, settings);
  ASSERT_TRUE(made.ok()) << message_of(made.status());
  settings.clear();  // the object's texts are not ours
  Edit edit;
  EXPECT_EQ((*made)->hooks(), sdk::kBrokerRecord);
  EXPECT_TRUE((*made)->on_append({}, {}, {}, edit).ok());
  EXPECT_EQ(edit.text, "off 7 -9223372036854775808 0.250000 small 67108864 120000 [a b ]");
}

TEST_F(RegistryTest, WithoutSettingsTheDefaultsHold) {
  Registry registry;
  registry.scan(kPlugins + "/good");
  auto made = registry.create<sdk::Interceptor>("plain", host_, {});
  ASSERT_TRUE(made.ok());
  Edit edit;
  EXPECT_TRUE((*made)->on_append({}, {}, {}, edit).ok());
  EXPECT_EQ(edit.text, "on 3 0 0.500000 fast 1048576 1000 []");
}

TEST_F(RegistryTest, RefusalsTeach) {
  const std::string rebuild = "; build it with BARNABAS_PLUGIN from this version's SDK";
  const std::map<std::string, std::string> expected{
      {"no_manifest",
       "is a shared object without a manifest (section .barnabas): it is no Barnabas plugin, or lacks the line BARNABAS_PLUGIN(…)"},
      {"not_json", "has a broken manifest: it is not JSON (syntax error)" + rebuild},
      {"wrong_magic", "has a broken manifest: its magic is not 'barnabas-plugin'" + rebuild},
      {"no_id", "has a broken manifest: 'id' is missing or not a text" + rebuild},
      {"wrong_sdk", "was built with SDK 9, and this program speaks SDK 1; build it again with this version's SDK"},
      {"wrong_revision",
       "speaks revision 7 of kind interceptor, and this program speaks revision 1; build it again with this version's SDK"},
      {"wrong_stamp", "was built as 'itanium-c++-abi pointer=8 sanitizer=memory', and this program as '" BARNABAS_STAMP
                      "'; build it again with the same ABI and sanitizer"},
      {"bad_default", "has a broken manifest: the default '12' of option 'level' is not a whole number from 1 to 9" + rebuild},
      {"bad_type", "has a broken manifest: option 'when' has the unknown type 'date'" + rebuild},
      {"option_twice", "has a broken manifest: option 'a' is described twice" + rebuild}};
  for (const auto& [name, sentence] : expected) EXPECT_EQ(refusal(name), sentence) << name;
  EXPECT_THAT(refusal("wrong_kind"),
              testing::StartsWith("is of kind 'teleporter', which this program does not know; it knows assignor, codec, "));
}

TEST_F(RegistryTest, WhatEndsTheProcessWhenItIsLoadedIsRefused) {
  EXPECT_EQ(failure("aborts"), "DIR/bad/aborts.so ends the process when it is loaded (signal 6, Aborted): one of its static objects does");
  Registry registry;
  registry.add(kPlugins + "/bad/ends_at_load.so");
  const auto made = registry.create<sdk::Interceptor>("ends_at_load", host_, {});
  EXPECT_THAT(std::string(message_of(made.status())), HasSubstr("ends the process when it is loaded (exit code 0)"));
}

TEST_F(RegistryTest, WhatCannotBeLoadedSaysWhy) {
  EXPECT_EQ(failure("missing_symbol"),
            "DIR/bad/missing_symbol.so does not export the symbol barnabas_plugin; link it with barnabas_add_plugin and close its source "
            "with BARNABAS_PLUGIN(…)");
  EXPECT_EQ(failure("broken_entry"),
            "DIR/bad/broken_entry.so has a broken entry record; build it with BARNABAS_PLUGIN from this version's SDK");
  EXPECT_EQ(failure("two_faced"),
            "DIR/bad/two_faced.so changed since it was listed: its code carries another manifest than its file did; restart the program");
  EXPECT_EQ(failure("null_object"), "plugin 'null_object' said that it made an object and handed out none (DIR/bad/null_object.so)");
  EXPECT_THAT(failure("unresolved"),
              testing::AllOf(testing::StartsWith("DIR/bad/unresolved.so cannot be loaded: "), HasSubstr("a_function_that_nobody_has")));
  EXPECT_THAT(failure("no_such"), testing::StartsWith("there is no interceptor plugin 'no_such'; there is aborts, "));
}

TEST_F(RegistryTest, WhoNamesARefusedPluginIsToldWhy) {
  EXPECT_EQ(
      failure("wrong_sdk"),
      "the interceptor plugin 'wrong_sdk' was refused: DIR/bad/wrong_sdk.so was built with SDK 9, and this program speaks SDK 1; build "
      "it again with this version's SDK");
  Registry registry;
  registry.scan(kPlugins + "/bad");
  EXPECT_FALSE(registry.why_refused("codec", "wrong_sdk").has_value());
  EXPECT_FALSE(registry.why_refused("interceptor", "").has_value());
}

TEST_F(RegistryTest, AThrowingPluginIsNamed) {
  EXPECT_EQ(failure("moody", {setting("needed", "x"), setting("fail", "making")}), "plugin 'moody' threw in its constructor: not today");
  EXPECT_EQ(failure("moody", {setting("needed", "x"), setting("fail", "making_oddly")}),
            "plugin 'moody' threw something that is not a std::exception in its constructor");
  Registry registry;
  registry.scan(kPlugins + "/good");
  auto made = registry.create<sdk::Interceptor>("moody", host_, {setting("needed", "x"), setting("fail", "working")});
  ASSERT_TRUE(made.ok());
  Edit edit;
  const Status status = (*made)->on_append({}, {}, {}, edit);
  EXPECT_EQ(message_of(status), "plugin 'moody' threw in on_append: tired");
}

TEST_F(RegistryTest, SettingsAreCheckedOnceMore) {
  EXPECT_EQ(failure("plain", {setting("level", "many")}),
            "interceptor 'plain': 'level' must be a whole number from 1 to 9, but 'many' was found");
  EXPECT_EQ(failure("plain", {setting("fields", "a")}), "interceptor 'plain': 'fields' must be a list of texts, such as [a, b]");
  EXPECT_EQ(failure("plain", {setting("colour", "red")}), "interceptor 'plain' has no option 'colour'");
  EXPECT_EQ(failure("moody"), "interceptor 'moody' needs the option 'needed'");
}

TEST_F(RegistryTest, OneIdMayBeTakenOnce) {
  Registry registry;
  registry.scan(kPlugins + "/good");
  registry.scan(kPlugins + "/twin");
  ASSERT_EQ(registry.refusals().size(), 1u);
  EXPECT_EQ(registry.refusals()[0].path, kPlugins + "/twin/plain_again.so");
  EXPECT_EQ(registry.refusals()[0].reason,
            "has the interceptor id 'plain' that " + kPlugins + "/good/plain.so has already; remove one of the two or give one another id");
}

TEST_F(RegistryTest, AFolderThatIsNamedTwiceIsNoQuarrel) {
  Registry registry;
  registry.scan(kPlugins + "/good");
  registry.scan(kPlugins + "/bad/../good");
  EXPECT_TRUE(registry.refusals().empty());
}

TEST_F(RegistryTest, AMissingFolderMattersOnlyWhereItWasAskedFor) {
  Registry registry;
  registry.scan("/no/such/folder");
  EXPECT_TRUE(registry.refusals().empty());
  registry.scan("/no/such/folder", true);
  ASSERT_EQ(registry.refusals().size(), 1u);
  EXPECT_EQ(registry.refusals()[0].reason, "is not a folder; plugins.paths names folders that hold plugins");
}

TEST_F(RegistryTest, LookingAtAPluginRunsNothingOfIt) {
  EXPECT_EQ(read_manifest(kPlugins + "/bad/aborts.so")->id, "aborts");
  EXPECT_THAT(failure("aborts"), HasSubstr("ends the process when it is loaded"));
}

}  // namespace
}  // namespace barnabas::host
