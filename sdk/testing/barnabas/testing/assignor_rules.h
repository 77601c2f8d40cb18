// What every assignor must do, without a test framework. One thread.
#pragma once

#include <barnabas/sdk/split_mix.h>
#include <barnabas/testing/assignor_group.h>
#include <barnabas/testing/rule_sink.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace barnabas::testing {

// What an assignor may promise beyond an assignment that can be used.
struct AssignorPromises {
  bool even_topics = false;   // of each topic, readers get equal counts, or one more
  bool even_members = false;  // members with the same subscription get equal counts in all, or one more
  bool keeps = false;         // a group that is even stays as it is, and what must not move does not
};

namespace detail {

using Groups = std::vector<std::unique_ptr<MadeGroup>>;

inline std::string member_name(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "member-" + std::string(5 - std::min<std::size_t>(digits.size(), 5), '0') + digits;
}

// `members` that all read `topics` of `partitions` each.
inline std::unique_ptr<MadeGroup> equal_group(std::size_t members, std::size_t topics, std::int32_t partitions,
                                              const std::vector<Partitions>& owned = {}) {
  std::vector<MadeTopic> made;
  std::vector<std::string> names;
  for (std::size_t t = 0; t < topics; ++t) {
    names.push_back("topic-" + std::to_string(1000 + t));
    made.push_back({names.back(), partitions});
  }
  std::vector<MadeMember> readers;
  for (std::size_t m = 0; m < members; ++m) {
    readers.push_back({member_name(m), names});
    if (m < owned.size()) {
      readers.back().owned = owned[m];
      readers.back().generation = 1;
    }
  }
  return std::make_unique<MadeGroup>(std::move(made), std::move(readers));
}

// Some of everything: static members, racks, unequal subscriptions, and members that say what is not so about what they own.
inline std::unique_ptr<MadeGroup> odd_group(std::uint64_t seed) {
  sdk::SplitMix random(seed);
  const auto below = [&](std::uint64_t limit) { return random.next() % limit; };
  const bool racks = below(2) == 0;
  std::vector<MadeTopic> topics(below(6));
  for (std::size_t t = 0; t < topics.size(); ++t) {
    topics[t].name = std::string(1, static_cast<char>('a' + t));
    topics[t].partition_count = static_cast<std::int32_t>(below(12));
    for (std::int32_t p = 0; racks && p < topics[t].partition_count; ++p)
      topics[t].racks.push_back(std::vector<std::string>(below(3), "rack-" + std::to_string(below(3))));
  }
  std::vector<MadeMember> members(below(9));
  for (std::size_t m = 0; m < members.size(); ++m) {
    members[m].id = member_name(m);
    if (below(3) == 0) members[m].instance_id = "instance-" + std::to_string(100 - m);
    if (below(3) != 0) members[m].rack = "rack-" + std::to_string(below(4));
    members[m].generation = static_cast<std::int32_t>(below(3)) - 1;
    for (const MadeTopic& topic : topics) {
      if (below(4) != 0) members[m].topics.push_back(topic.name);
      for (std::int32_t p = 0; p < topic.partition_count + 2; ++p)
        if (below(4) == 0) members[m].owned[topic.name].push_back(p);
    }
  }
  return std::make_unique<MadeGroup>(std::move(topics), std::move(members));
}

inline std::string describe(const MadeGroup& group) {
  return " (" + std::to_string(group.members().size()) + " members, " + std::to_string(group.topics().size()) + " topics)";
}

inline std::string usable(sdk::Assignor& assignor, const MadeGroup& group) {
  const Assigned assigned = run_assignor(assignor, group);
  return assigned.wrong.empty() ? "" : assigned.wrong + describe(group);
}

inline std::string always_usable(sdk::Assignor& assignor) {
  for (const std::size_t members : {1, 2, 3, 7})
    for (const std::size_t topics : {1, 2, 5})
      for (const std::int32_t partitions : {0, 1, 6, 50})
        if (std::string why = usable(assignor, *equal_group(members, topics, partitions)); !why.empty()) return why;
  for (std::uint64_t seed = 0; seed < 300; ++seed)
    if (std::string why = usable(assignor, *odd_group(seed)); !why.empty()) return why;
  return "";
}

inline std::string nothing_to_do(sdk::Assignor& assignor) {
  for (const auto& group : {equal_group(0, 0, 0), equal_group(0, 3, 5), equal_group(4, 0, 0), equal_group(4, 2, 0)})
    if (std::string why = usable(assignor, *group); !why.empty()) return why;
  MadeGroup unread({{"topic", 5}}, {{"a", {}, {{"topic", {0, 1}}}, 1}, {"b", {}}});
  return usable(assignor, unread);
}

inline std::string repeats(sdk::Assignor& assignor) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto group = odd_group(seed);
    const Assigned first = run_assignor(assignor, *group);
    run_assignor(assignor, *odd_group(seed + 1));
    if (run_assignor(assignor, *odd_group(seed)) != first)
      return "asked again about the same group, after another one, it answered something else" + describe(*group);
  }
  return "";
}

// `count(member)`: of those that may be compared.
template <class Count>
std::string even(const MadeGroup& group, const std::string& topic, Count&& count) {
  std::size_t least = ~std::size_t{0}, most = 0;
  for (std::size_t m = 0; m < group.members().size(); ++m) {
    const auto& topics = group.members()[m].topics;
    if (!topic.empty() && std::find(topics.begin(), topics.end(), topic) == topics.end()) continue;
    least = std::min(least, count(m));
    most = std::max(most, count(m));
  }
  if (most <= least + 1 || least == ~std::size_t{0}) return "";
  return "one member got " + std::to_string(most) + " partitions and another " + std::to_string(least) + describe(group);
}

inline std::string even_topics(sdk::Assignor& assignor) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto group = odd_group(seed);
    const Assigned assigned = run_assignor(assignor, *group);
    for (const MadeTopic& topic : group->topics()) {
      std::string why = even(*group, topic.name, [&](std::size_t m) {
        const auto found = assigned.members[m].find(topic.name);
        return found == assigned.members[m].end() ? std::size_t{0} : found->second.size();
      });
      if (!why.empty()) return "of one topic, " + why;
    }
  }
  return "";
}

inline std::string even_members(sdk::Assignor& assignor) {
  for (const std::size_t members : {2, 3, 7, 20})
    for (const std::size_t topics : {1, 2, 5, 9})
      for (const std::int32_t partitions : {1, 2, 6, 50}) {
        const auto group = equal_group(members, topics, partitions);
        const Assigned assigned = run_assignor(assignor, *group);
        if (std::string why = even(*group, "", [&](std::size_t m) { return assigned.count(m); }); !why.empty()) return why;
      }
  return "";
}

inline std::size_t kept(const std::vector<Partitions>& before, const std::vector<Partitions>& after) {
  std::size_t count = 0;
  for (std::size_t m = 0; m < std::min(before.size(), after.size()); ++m)
    for (const auto& [topic, partitions] : before[m])
      if (const auto found = after[m].find(topic); found != after[m].end())
        for (const std::int32_t p : partitions)
          count += std::binary_search(found->second.begin(), found->second.end(), p) ? std::size_t{1} : std::size_t{0};
  return count;
}

inline std::string keeps(sdk::Assignor& assignor) {
  for (const std::size_t members : {1, 2, 5, 12})
    for (const std::int32_t partitions : {1, 7, 24}) {
      const std::size_t all = 3 * static_cast<std::size_t>(partitions);
      const Assigned first = run_assignor(assignor, *equal_group(members, 3, partitions));
      const Assigned again = run_assignor(assignor, *equal_group(members, 3, partitions, first.members));
      if (again != first) return "asked again about members that own what it gave them, it moved something";
      // One joins: only what it gets may move. The last one leaves: only what it had.
      const Assigned grown = run_assignor(assignor, *equal_group(members + 1, 3, partitions, first.members));
      if (const std::size_t stayed = kept(first.members, grown.members); stayed + grown.count(members) != all)
        return "a member joined and got " + std::to_string(grown.count(members)) + " of " + std::to_string(all) + " partitions, and " +
               std::to_string(all - stayed) + " moved";
      const Assigned shrunk = run_assignor(assignor, *equal_group(members, 3, partitions, grown.members));
      if (const std::size_t stayed = kept(grown.members, shrunk.members); stayed + grown.count(members) != all)
        return "a member that had " + std::to_string(grown.count(members)) + " of " + std::to_string(all) + " partitions left, and " +
               std::to_string(all - stayed) + " moved";
    }
  return "";
}

// A thousand members and ten thousand partitions: in one topic, in many, and in topics that different members read.
inline std::string quick(sdk::Assignor& assignor) {
  constexpr auto kPatience = std::chrono::seconds(5);
  std::vector<MadeTopic> topics;
  std::vector<MadeMember> members;
  for (int t = 0; t < 500; ++t) topics.push_back({"topic-" + std::to_string(1000 + t), 20});
  for (std::size_t m = 0; m < 1000; ++m) {
    MadeMember& member = members.emplace_back();
    member.id = member_name(m);
    for (std::size_t t = m % 7; t < topics.size(); t += 1 + m % 7) member.topics.push_back(topics[t].name);
  }
  for (const auto& group : {equal_group(1000, 1, 10'000), equal_group(1000, 500, 20), std::make_unique<MadeGroup>(topics, members)}) {
    const auto began = std::chrono::steady_clock::now();
    if (std::string why = usable(assignor, *group); !why.empty()) return why;
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    if (took > kPatience)
      return "it took " + std::to_string(took.count()) + " ms" + describe(*group) + "; more than 5000 ms hold up the whole group";
  }
  return "";
}

}  // namespace detail

inline void check_assignor(sdk::Assignor& assignor, const AssignorPromises& promises, RuleSink& sink) {
  sink.rule("each partition that somebody reads goes to one of its readers", [&] { return detail::always_usable(assignor); });
  sink.rule("a group in which nobody reads anything is no failure", [&] { return detail::nothing_to_do(assignor); });
  sink.rule("the same group gets the same assignment", [&] { return detail::repeats(assignor); });
  if (promises.even_topics) sink.rule("each topic is shared evenly by its readers", [&] { return detail::even_topics(assignor); });
  if (promises.even_members) sink.rule("members that read the same get even shares", [&] { return detail::even_members(assignor); });
  if (promises.keeps) sink.rule("only what must move does", [&] { return detail::keeps(assignor); });
  sink.rule("a thousand members and ten thousand partitions are assigned within 5 s", [&] { return detail::quick(assignor); });
}

}  // namespace barnabas::testing
