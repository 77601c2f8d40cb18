// Names of plugins, and what a template becomes for one.
#include "tools/barnabas/plugins/template.h"

#include <gtest/gtest.h>

namespace barnabas::tools {
namespace {

TEST(PluginName, IsAWordThatFilesTargetsAndClassesCanHave) {
  for (const char* name : {"x", "by_month", "murmur2_random", "a__b", "trailing_"}) EXPECT_TRUE(check_plugin_name(name).ok()) << name;
  for (const char* name : {"", "By_month", "by month", "by-month", "1st", "_x", "../x", "a/b", "a.b", "a;b", "\xc3\xa9", "a\n"})
    EXPECT_NE(std::string(check_plugin_name(name).message()).find("such as by_month"), std::string::npos) << name;
  EXPECT_TRUE(check_plugin_name(std::string(64, 'x')).ok());
  EXPECT_FALSE(check_plugin_name(std::string(65, 'x')).ok());
}

TEST(PluginTemplate, ThreeWordsAreReplacedAndNothingElse) {
  const TemplateWords words{"by_month", "'/opt/b n'"};
  EXPECT_EQ(fill_in("class MyPluginCodec; // my_plugin, my_plugin.cc in /opt/barnabas", words),
            "class ByMonthCodec; // by_month, by_month.cc in '/opt/b n'");
  EXPECT_EQ(fill_in("my_plugins MyPlug my-plugin", words), "by_months MyPlug my-plugin");
  // A name that has the word in it is put in once.
  EXPECT_EQ(fill_in("my_plugin MyPlugin", {"my_plugin_2", "/"}), "my_plugin_2 MyPlugin2");
}

}  // namespace
}  // namespace barnabas::tools
