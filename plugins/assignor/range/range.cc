// Of each topic a range to each reader, so that equal partitions of topics with the same readers and the same count come together; where
// racks are known, first what is near.
#include <barnabas/sdk/assignor.h>

#include <map>
#include <memory>

#include "assignor/range/rack_lists.h"
#include "assignor/range/range_share.h"
#include "assignor/subscribers.h"

namespace barnabas::assignor {
namespace {

struct RangeTopic {
  std::int32_t index = 0;
  std::int32_t count = 0;
  std::span<const std::int32_t> readers;
  RangeShare share;
  std::vector<bool> is_taken;  // each partition
};

class RangeRun {
 public:
  RangeRun(const sdk::AssignorGroup& group, sdk::AssignorSink& sink)
      : sink_(sink), order_(static_first(group)), subscribers_(group, order_), racks_(group) {
    for (std::size_t t = 0; t < group.topic_count; ++t) {
      const auto readers = subscribers_.of(t);
      const std::int32_t count = group.topics[t].partition_count;
      if (readers.empty() || count <= 0) continue;
      topics_.push_back({static_cast<std::int32_t>(t), count, readers, RangeShare(count, readers.size()),
                         std::vector<bool>(static_cast<std::size_t>(count))});
    }
  }

  void assign() {
    assign_near();
    for (RangeTopic& topic : topics_) assign_rest(topic);
  }

 private:
  using Topics = std::vector<RangeTopic*>;

  const std::vector<std::vector<std::int32_t>>& racks_of(const RangeTopic& topic) const {
    return racks_.of_topic(static_cast<std::size_t>(topic.index));
  }

  // Racks tell something when a reader is in one of them and not every partition is in all of them.
  bool racks_matter(const RangeTopic& topic) const {
    const auto& of_partitions = racks_of(topic);
    if (of_partitions.empty()) return false;
    std::vector<bool> seen(racks_.count());
    std::size_t distinct = 0;
    for (const auto& racks : of_partitions)
      for (const std::int32_t rack : racks) {
        if (!seen[static_cast<std::size_t>(rack)]) ++distinct;
        seen[static_cast<std::size_t>(rack)] = true;
      }
    const bool near = std::any_of(topic.readers.begin(), topic.readers.end(), [&](std::int32_t member) {
      const std::int32_t rack = racks_.of_member(member);
      return rack != kNoRack && seen[static_cast<std::size_t>(rack)];
    });
    return near && std::any_of(of_partitions.begin(), of_partitions.end(), [&](const auto& racks) { return racks.size() != distinct; });
  }

  // Topics of the same readers and the same count stay together, also when only some of them have racks that matter.
  void assign_near() {
    std::map<std::pair<std::vector<std::int32_t>, std::int32_t>, Topics> alike;
    if (std::none_of(topics_.begin(), topics_.end(), [&](const RangeTopic& topic) { return racks_matter(topic); })) return;
    for (RangeTopic& topic : topics_) alike[{{topic.readers.begin(), topic.readers.end()}, topic.count}].push_back(&topic);
    for (auto& [key, topics] : alike) {
      if (topics.size() > 1)
        assign_together(topics);
      else if (racks_matter(*topics.front()))
        assign_in_racks(*topics.front());
    }
  }

  // Whether `member` may take partition `p` of all of the topics without reading across racks. A member that did not say where it is is
  // near to everything.
  bool is_near(const Topics& topics, std::int32_t member, std::int32_t p) const {
    const std::int32_t rack = racks_.of_member(member);
    return rack == kNoRack || std::all_of(topics.begin(), topics.end(), [&](const RangeTopic* topic) {
             const auto& racks = racks_of(*topic);
             return !racks.empty() &&
                    std::binary_search(racks[static_cast<std::size_t>(p)].begin(), racks[static_cast<std::size_t>(p)].end(), rack);
           });
  }

  void take(RangeTopic& topic, std::size_t reader, std::int32_t p) {
    sink_.assign(static_cast<std::size_t>(topic.readers[reader]), {topic.index, p});
    topic.share.take(reader);
    topic.is_taken[static_cast<std::size_t>(p)] = true;
  }

  // Partition by partition, to the first reader with room that is near to it.
  void assign_together(const Topics& topics) {
    RangeTopic& any = *topics.front();
    std::vector<std::vector<std::size_t>> in_rack(racks_.count() + 1);  // readers, in order; the last list: those that did not say
    for (std::size_t r = 0; r < any.readers.size(); ++r) {
      const std::int32_t rack = racks_.of_member(any.readers[r]);
      in_rack[rack == kNoRack ? racks_.count() : static_cast<std::size_t>(rack)].push_back(r);
    }
    std::vector<std::size_t> next(in_rack.size());
    const auto first_with_room = [&](std::size_t rack) {
      while (next[rack] < in_rack[rack].size() && any.share.room(in_rack[rack][next[rack]]) == 0) ++next[rack];  // it will have none again
      return next[rack] < in_rack[rack].size() ? in_rack[rack][next[rack]] : any.readers.size();
    };
    for (std::int32_t p = 0; p < any.count; ++p) {
      std::size_t found = first_with_room(racks_.count());
      if (const auto& racks = racks_of(any); !racks.empty())
        for (const std::int32_t rack : racks[static_cast<std::size_t>(p)]) {
          const std::size_t reader = first_with_room(static_cast<std::size_t>(rack));
          if (reader < found && is_near(topics, any.readers[reader], p)) found = reader;
        }
      if (found == any.readers.size()) continue;
      for (RangeTopic* topic : topics) take(*topic, found, p);
    }
  }

  // Reader by reader, the first partitions that are near and free.
  void assign_in_racks(RangeTopic& topic) {
    const auto& racks = racks_of(topic);
    std::vector<std::vector<std::int32_t>> in_rack(racks_.count() + 1);  // partitions; the last list: all
    for (std::int32_t p = 0; p < topic.count; ++p) {
      for (const std::int32_t rack : racks[static_cast<std::size_t>(p)]) in_rack[static_cast<std::size_t>(rack)].push_back(p);
      in_rack.back().push_back(p);
    }
    std::vector<std::size_t> next(in_rack.size());
    for (std::size_t r = 0; r < topic.readers.size(); ++r) {
      const std::int32_t rack = racks_.of_member(topic.readers[r]);
      const std::size_t list = rack == kNoRack ? racks_.count() : static_cast<std::size_t>(rack);
      for (std::int32_t room = topic.share.room(r); room > 0 && next[list] < in_rack[list].size(); ++next[list]) {
        const std::int32_t p = in_rack[list][next[list]];
        if (topic.is_taken[static_cast<std::size_t>(p)]) continue;
        take(topic, r, p);
        --room;
      }
    }
  }

  void assign_rest(RangeTopic& topic) {
    std::int32_t p = 0;
    for (std::size_t r = 0; r < topic.readers.size(); ++r)
      for (std::int32_t room = topic.share.room(r); room > 0 && p < topic.count; ++p) {
        if (topic.is_taken[static_cast<std::size_t>(p)]) continue;
        take(topic, r, p);
        --room;
      }
  }

  sdk::AssignorSink& sink_;
  const std::vector<std::int32_t> order_;
  const Subscribers subscribers_;
  const RackLists racks_;
  std::vector<RangeTopic> topics_;  // those with readers and partitions
};

class Range {
 public:
  using Options = sdk::NoOptions;
  Range(sdk::Host&, const Options&) {}

  sdk::Status assign(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) {
    RangeRun(group, sink).assign();
    return {};
  }
};

}  // namespace
}  // namespace barnabas::assignor

BARNABAS_PLUGIN(Assignor, barnabas::assignor::Range, "range", "1.0.0", "Of each topic a range to each reader; where racks are known, near.")
