// Deals the partitions of each topic out in turn to the members that read it. Change assign() to a rule of your own.
#include <barnabas/sdk/assignor.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

namespace sdk = barnabas::sdk;

class MyPluginAssignor {
 public:
  using Options = sdk::NoOptions;

  MyPluginAssignor(sdk::Host&, const Options&) {}

  // Each partition at most once, to a member that reads its topic. member.owned is what a member had until now.
  sdk::Status assign(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) {
    std::size_t turn = 0;
    for (std::int32_t topic = 0; topic < static_cast<std::int32_t>(group.topic_count); ++topic) {
      const std::vector<std::size_t> readers = readers_of(topic, group);
      if (readers.empty()) continue;
      for (std::int32_t partition = 0; partition < group.topics[topic].partition_count; ++partition)
        sink.assign(readers[turn++ % readers.size()], {topic, partition});
    }
    return {};
  }

 private:
  static std::vector<std::size_t> readers_of(std::int32_t topic, const sdk::AssignorGroup& group) {
    std::vector<std::size_t> readers;
    for (std::size_t i = 0; i < group.member_count; ++i) {
      const sdk::AssignorMember& member = group.members[i];
      if (std::binary_search(member.topics, member.topics + member.topic_count, topic)) readers.push_back(i);
    }
    return readers;
  }
};

}  // namespace

BARNABAS_PLUGIN(Assignor, MyPluginAssignor, "my_plugin", "0.1.0", "Deals the partitions of each topic out in turn.")
