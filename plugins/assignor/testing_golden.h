// Groups of tests/golden/assignor with what Apache Kafka's own assignors make of them. One thread.
#pragma once

#include <barnabas/sdk/assignor.h>
#include <barnabas/testing/assignor_group.h>
#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

// The test's own assignor.
class OwnAssignor {
 public:
  OwnAssignor() { EXPECT_TRUE(barnabas_plugin.create(host_, {}, object_).ok()); }
  ~OwnAssignor() { barnabas_plugin.destroy(object_); }
  OwnAssignor(const OwnAssignor&) = delete;
  OwnAssignor& operator=(const OwnAssignor&) = delete;

  sdk::Assignor& operator*() const { return *static_cast<sdk::Assignor*>(object_); }

 private:
  ManualHost host_;
  void* object_ = nullptr;
};

struct GoldenGroup {
  int line = 0;
  std::vector<MadeTopic> topics;
  std::vector<MadeMember> members;
  std::vector<Partitions> expected;  // of each member
};

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text == "-" ? "" : text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

inline Partitions partitions_of(const std::string& text) {
  Partitions partitions;
  for (const std::string& one : split(text, ',')) {
    const std::size_t colon = one.find(':');
    for (const std::string& number : split(one.substr(colon + 1), '+')) partitions[one.substr(0, colon)].push_back(std::stoi(number));
  }
  return partitions;
}

inline std::vector<GoldenGroup> golden_groups(const std::string& assignor) {
  std::ifstream file(BARNABAS_SOURCE_DIR "/tests/golden/assignor/vectors.txt");
  std::vector<GoldenGroup> groups;
  bool wanted = false;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const std::vector<std::string> words = split(line, ' ');
    if (words[0] == "group") {
      wanted = words[1] == assignor;
      if (wanted) groups.push_back({number, {}, {}, {}});
    } else if (wanted && words[0] == "topic") {
      MadeTopic& topic = groups.back().topics.emplace_back();
      topic.name = words[1];
      topic.partition_count = std::stoi(words[2]);
      for (const std::string& racks : split(words[3], ',')) topic.racks.push_back(split(racks, '+'));
    } else if (wanted) {
      MadeMember& member = groups.back().members.emplace_back();
      member.id = words[1];
      if (words[2] != "-") member.instance_id = words[2];
      if (words[3] != "-") member.rack = words[3];
      member.topics = split(words[4], ',');
      member.owned = partitions_of(words[5]);
      member.generation = member.owned.empty() ? -1 : 1;
      groups.back().expected.push_back(partitions_of(words[6]));
    }
  }
  return groups;
}

inline std::string text_of(const std::vector<Partitions>& members) {
  std::string text;
  for (const Partitions& member : members) {
    text += "[";
    for (const auto& [topic, partitions] : member) {
      text += " " + topic;
      for (const std::int32_t partition : partitions) text += " " + std::to_string(partition);
    }
    text += " ]";
  }
  return text;
}

}  // namespace barnabas::testing
