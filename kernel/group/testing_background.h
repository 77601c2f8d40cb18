// A background whose jobs end when a test says so: for tests. Its assignor keeps what members own up to their share and deals out the rest.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/group/background.h"
#include "kernel/group/consumer/topic_regex.h"

namespace barnabas::group {

inline AssignorOutput sticky_assignment(const AssignorInput& group) {
  AssignorOutput output(group.members.size());
  for (std::size_t t = 0; t < group.topics.size(); ++t) {
    const auto topic = static_cast<std::int32_t>(t);
    std::vector<std::size_t> readers;
    for (std::size_t m = 0; m < group.members.size(); ++m)
      if (std::ranges::binary_search(group.members[m].topics, topic)) readers.push_back(m);
    if (readers.empty()) continue;
    const auto partitions = static_cast<std::size_t>(group.topics[t].partition_count);
    std::size_t more = partitions % readers.size();  // this many get one more
    std::vector<bool> taken(partitions);
    std::vector<std::size_t> share(readers.size());
    for (std::size_t r = 0; r < readers.size(); ++r) {
      for (const AssignorInput::Partition& owned : group.members[readers[r]].owned) {
        const auto partition = static_cast<std::size_t>(owned.partition);
        const std::size_t limit = partitions / readers.size() + (more > 0 ? 1 : 0);
        if (owned.topic != topic || partition >= partitions || taken[partition] || share[r] >= limit) continue;
        taken[partition] = true;
        output[readers[r]].push_back(owned);
        if (++share[r] > partitions / readers.size()) --more;
      }
    }
    std::size_t next = 0;
    for (std::size_t r = 0; r < readers.size(); ++r) {
      std::size_t limit = partitions / readers.size();
      if (share[r] <= limit && more > 0) ++limit, --more;
      for (; share[r] < limit; ++next) {
        if (taken[next]) continue;
        taken[next] = true;
        output[readers[r]].push_back({topic, static_cast<std::int32_t>(next)});
        ++share[r];
      }
    }
  }
  return output;
}

class FakeBackground final : public Background {
 public:
  void assign(std::string assignor, AssignorInput group, std::function<void(Result<AssignorOutput>)> done) override {
    runs.push_back(assignor);
    last_input = group;
    jobs.push_back([this, group = std::move(group), done = std::move(done)] {
      if (failure) return done(Status::internal(*failure));
      done(sticky_assignment(group));
    });
  }
  void match(std::shared_ptr<const catalog::Image> image, std::vector<std::string> regexes,
             std::function<void(RegexMatches)> done) override {
    matches.push_back(regexes);
    jobs.push_back(
        [image = std::move(image), regexes = std::move(regexes), done = std::move(done)] { done(matching_topics(*image, regexes)); });
  }
  std::optional<std::string> refusal_of(std::string_view regex) const override { return regex_refusal(regex); }

  bool run_one() {
    if (jobs.empty()) return false;
    const auto job = std::move(jobs.front());
    jobs.pop_front();
    job();
    return true;
  }

  std::deque<std::function<void()>> jobs;
  std::vector<std::string> runs;                  // the assignors that were asked for
  std::vector<std::vector<std::string>> matches;  // the expressions of each match
  AssignorInput last_input;
  std::optional<std::string> failure;
};

}  // namespace barnabas::group
