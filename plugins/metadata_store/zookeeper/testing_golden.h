// The golden trees of Apache Kafka, as the tests read them. One thread.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace barnabas::metadata_zookeeper {

struct GoldenNode {
  std::int32_t version = 0;
  bool is_ephemeral = false;
  std::string data;  // empty where it is null
};
using GoldenTree = std::map<std::string, GoldenNode>;

inline std::string golden_text(const std::string& name) {
  std::ifstream file(BARNABAS_SOURCE_DIR "/tests/golden/zookeeper/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline GoldenTree golden_tree(const std::string& name) {
  GoldenTree tree;
  std::istringstream lines(golden_text(name));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string path, version, kind, data;
    std::getline(fields, path, '\t');
    std::getline(fields, version, '\t');
    std::getline(fields, kind, '\t');
    std::getline(fields, data);
    tree[path] = {std::stoi(version), kind == "E", data == "-" ? "" : data};
  }
  return tree;
}

}  // namespace barnabas::metadata_zookeeper
