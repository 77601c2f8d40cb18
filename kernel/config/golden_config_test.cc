// Every file in tests/golden/config is wrong in some way, and the file NAME.findings beside it holds what is to be said of it, word for
// word.
#include "kernel/config/load.h"
#include "kernel/config/testing_parts.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace barnabas::config {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> wrong_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(BARNABAS_SOURCE_DIR) / "tests/golden/config"))
    if (entry.path().extension() == ".yaml" || entry.path().extension() == ".properties") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string findings_of(const fs::path& path) {
  MadeSurroundings surroundings;
  Loaded loaded = load_text(content(path), path.filename().string(), {}, surroundings);
  // A file that is not YAML has no slots whose plugins could be looked for.
  if (loaded.tree.is_map()) check_plugins(loaded.deployment, MadePlugins(), loaded.findings);
  return loaded.findings.text();
}

class WrongFile : public testing::TestWithParam<fs::path> {};

TEST_P(WrongFile, IsAnsweredWordForWord) {
  const std::string expected = content(GetParam().string() + ".findings");
  EXPECT_EQ(findings_of(GetParam()), expected);
  EXPECT_FALSE(expected.empty()) << "a file without findings does not belong here";
}

TEST_P(WrongFile, NeverShowsASecret) { EXPECT_EQ(findings_of(GetParam()).find(MadeSurroundings::kSecret), std::string::npos); }

INSTANTIATE_TEST_SUITE_P(Golden, WrongFile, testing::ValuesIn(wrong_files()), [](const auto& info) {
  std::string name = info.param.filename().string();
  for (char& c : name)
    if (c == '.') c = '_';
  return name;
});

TEST(WrongFiles, AreMany) { EXPECT_GE(wrong_files().size(), 40u); }

}  // namespace
}  // namespace barnabas::config
