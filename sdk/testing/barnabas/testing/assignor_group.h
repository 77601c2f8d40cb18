// A group that owns what an assignor is shown, and what the assignor answered. One thread.
//
//   MadeGroup group({{"orders", 3}}, {{"anna", {"orders"}}, {"bert", {"orders"}}});
//   const Assigned assigned = run_assignor(assignor, group);
//   assigned.members[0]                                   // {{"orders", {0, 1}}} with range
#pragma once

#include <barnabas/sdk/assignor.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace barnabas::testing {

// Of one member: numbers of partitions by topic, ascending.
using Partitions = std::map<std::string, std::vector<std::int32_t>>;

struct MadeTopic {
  std::string name;
  std::int32_t partition_count = 0;
  std::vector<std::vector<std::string>> racks = {};  // of each partition; empty: not known
};

struct MadeMember {
  std::string id;
  std::vector<std::string> topics;
  Partitions owned = {};
  std::int32_t generation = -1;
  std::string instance_id = {};  // empty: it has none
  std::string rack = {};
};

class MadeGroup {
 public:
  // REQUIRES: members are subscribed only to topics that are there
  MadeGroup(std::vector<MadeTopic> topics, std::vector<MadeMember> members) : topics_(std::move(topics)), members_(std::move(members)) {
    std::sort(topics_.begin(), topics_.end(), [](const MadeTopic& a, const MadeTopic& b) { return a.name < b.name; });
    std::sort(members_.begin(), members_.end(), [](const MadeMember& a, const MadeMember& b) { return a.id < b.id; });
    for (const MadeTopic& topic : topics_) {
      numbers_[topic.name] = static_cast<std::int32_t>(numbers_.size());
      show(topic);
    }
    for (const MadeMember& member : members_) show(member);
    view_ = {topic_views_.data(), topic_views_.size(), member_views_.data(), member_views_.size()};
  }
  MadeGroup(const MadeGroup&) = delete;
  MadeGroup& operator=(const MadeGroup&) = delete;

  const sdk::AssignorGroup& view() const { return view_; }
  const std::vector<MadeTopic>& topics() const { return topics_; }
  const std::vector<MadeMember>& members() const { return members_; }

 private:
  void show(const MadeTopic& topic) {
    sdk::AssignorTopic& view = topic_views_.emplace_back();
    view.name = topic.name;
    view.id.octets[15] = static_cast<std::uint8_t>(topic_views_.size());
    view.id.octets[14] = static_cast<std::uint8_t>(topic_views_.size() >> 8);
    view.partition_count = topic.partition_count;
    if (topic.racks.empty()) return;
    std::vector<sdk::AssignorRacks>& of_partitions = racks_[topic.name];
    for (const std::vector<std::string>& racks : topic.racks) {
      std::vector<sdk::Text>& texts = texts_.emplace_back(racks.begin(), racks.end());
      of_partitions.push_back({texts.data(), texts.size()});
    }
    view.racks = of_partitions.data();
  }

  void show(const MadeMember& member) {
    sdk::AssignorMember& view = member_views_.emplace_back();
    view.id = member.id;
    view.instance_id = member.instance_id;
    view.is_static = !member.instance_id.empty();
    view.rack = member.rack;
    view.generation = member.generation;
    std::vector<std::int32_t>& topics = subscriptions_.emplace_back();
    for (const std::string& topic : member.topics) topics.push_back(numbers_.at(topic));
    std::sort(topics.begin(), topics.end());
    view.topics = topics.data();
    view.topic_count = topics.size();
    std::vector<sdk::AssignorPartition>& owned = owned_.emplace_back();
    for (const auto& [topic, partitions] : member.owned)
      for (const std::int32_t partition : partitions) owned.push_back({numbers_.at(topic), partition});
    view.owned = owned.data();
    view.owned_count = owned.size();
  }

  std::vector<MadeTopic> topics_;
  std::vector<MadeMember> members_;
  std::map<std::string, std::int32_t> numbers_;
  std::map<std::string, std::vector<sdk::AssignorRacks>> racks_;
  std::vector<std::vector<sdk::Text>> texts_;
  std::vector<std::vector<std::int32_t>> subscriptions_;
  std::vector<std::vector<sdk::AssignorPartition>> owned_;
  std::vector<sdk::AssignorTopic> topic_views_;
  std::vector<sdk::AssignorMember> member_views_;
  sdk::AssignorGroup view_;
};

struct Assigned {
  std::vector<Partitions> members;
  std::string wrong;  // why the answer is not to be used; empty: it is

  bool operator==(const Assigned&) const = default;
  std::size_t count(std::size_t member) const {
    std::size_t count = 0;
    for (const auto& [topic, partitions] : members[member]) count += partitions.size();
    return count;
  }
};

// What the assignor answers, checked as a coordinator does; that nothing is left out is checked as well.
inline Assigned run_assignor(sdk::Assignor& assignor, const MadeGroup& group) {
  struct Sink final : sdk::AssignorSink {
    explicit Sink(const MadeGroup& made) : group(made), owners(made.topics().size()) {
      for (std::size_t t = 0; t < owners.size(); ++t)
        owners[t].assign(static_cast<std::size_t>(std::max(made.topics()[t].partition_count, 0)), -1);
    }
    void assign(std::size_t member, sdk::AssignorPartition at) noexcept override {
      const sdk::AssignorGroup& view = group.view();
      if (!wrong.empty()) return;
      if (member >= view.member_count) return fail("member " + std::to_string(member) + " of " + std::to_string(view.member_count));
      const std::size_t topic = static_cast<std::size_t>(at.topic);
      if (topic >= owners.size()) return fail("topic " + std::to_string(at.topic) + " of " + std::to_string(owners.size()));
      const std::string name = group.topics()[topic].name + "-" + std::to_string(at.partition);
      if (at.partition < 0 || at.partition >= group.topics()[topic].partition_count) return fail(name + ", which is not there");
      const sdk::AssignorMember& reader = view.members[member];
      if (!std::binary_search(reader.topics, reader.topics + reader.topic_count, at.topic))
        return fail(name + " to " + group.members()[member].id + ", which is not subscribed to it");
      std::int32_t& owner = owners[topic][static_cast<std::size_t>(at.partition)];
      if (owner >= 0) return fail(name + " twice");
      owner = static_cast<std::int32_t>(member);
    }
    void fail(const std::string& what) { wrong = "it assigned " + what; }

    const MadeGroup& group;
    std::vector<std::vector<std::int32_t>> owners;
    std::string wrong;
  } sink(group);

  Assigned assigned;
  assigned.members.resize(group.members().size());
  const sdk::Status status = assignor.assign(group.view(), sink);
  if (!status.ok()) {
    assigned.wrong = "it failed: " + std::string(status.message());
    return assigned;
  }
  assigned.wrong = sink.wrong;
  std::vector<bool> is_read(sink.owners.size());
  for (std::size_t m = 0; m < group.view().member_count; ++m)
    for (std::size_t i = 0; i < group.view().members[m].topic_count; ++i)
      is_read[static_cast<std::size_t>(group.view().members[m].topics[i])] = true;
  for (std::size_t t = 0; t < sink.owners.size(); ++t)
    for (std::size_t p = 0; p < sink.owners[t].size(); ++p) {
      const std::int32_t owner = sink.owners[t][p];
      if (owner >= 0)
        assigned.members[static_cast<std::size_t>(owner)][group.topics()[t].name].push_back(static_cast<std::int32_t>(p));
      else if (is_read[t] && assigned.wrong.empty())
        assigned.wrong = "it left out " + group.topics()[t].name + "-" + std::to_string(p);
    }
  return assigned;
}

}  // namespace barnabas::testing
