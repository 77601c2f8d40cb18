// What the list of honoured keys promises is compared with what the sources do.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "kernel/config/kafka_keys.h"

namespace barnabas::config {
namespace {

// Every source of the kernel and the plugins but the tables of keys and the tests, as one text.
std::string sources() {
  namespace fs = std::filesystem;
  std::string all;
  for (const char* room : {"kernel", "plugins"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(BARNABAS_SOURCE_DIR) / room)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".cc" && entry.path().extension() != ".h") continue;
      if (name.find("_test.") != std::string::npos || name.starts_with("kafka_key") || name.starts_with("kafka_honoured")) continue;
      std::ifstream file(entry.path());
      std::ostringstream text;
      text << file.rdbuf();
      all += text.str();
    }
  return all;
}

TEST(HonouredKeys, AreNamedBySomeSource) {
  const std::string text = sources();
  for (const std::string_view key : honoured_keys()) {
    EXPECT_NE(find_broker_key(key), nullptr) << key << " is no broker key";
    EXPECT_NE(text.find("\"" + std::string(key) + "\""), std::string::npos) << key << " is in kafka_honoured.cc, but no source reads it";
  }
}

TEST(HonouredKeys, AreAllThatTopicsRead) {
  const std::string text = sources();
  for (const std::string call : {"value_of(\"", "number(value_of, \""})
    for (std::size_t at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
      const std::size_t begin = at + call.size();
      const KafkaKey* key = find_topic_key(text.substr(begin, text.find('"', begin) - begin));
      if (key != nullptr) {
        EXPECT_TRUE(is_honoured_of_topics(key->name)) << key->name << " is read by a source, but is not in kafka_honoured.cc";
      }
    }
}

TEST(HonouredKeys, AreAllThatSourcesRead) {
  const std::string text = sources();
  for (const std::string call : {"integer(\"", "boolean(\"", "text(\"", "number(\"", "list(\"", "effective(\""})
    for (std::size_t at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
      const std::size_t begin = at + call.size();
      const KafkaKey* key = find_broker_key(text.substr(begin, text.find('"', begin) - begin));
      if (key != nullptr) {
        EXPECT_TRUE(is_honoured(*key)) << key->name << " is read by a source, but is not in kafka_honoured.cc";
      }
    }
}

}  // namespace
}  // namespace barnabas::config
