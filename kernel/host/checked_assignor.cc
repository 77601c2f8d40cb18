#include "kernel/host/checked_assignor.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <tuple>

namespace barnabas::host {
namespace {

std::string_view text(sdk::Text text) { return std::string_view(text); }

class CheckingSink final : public sdk::AssignorSink {
 public:
  explicit CheckingSink(const sdk::AssignorGroup& group) : group_(group), assignment_(group.member_count), owners_(group.topic_count) {
    for (std::size_t i = 0; i < owners_.size(); ++i)
      owners_[i].assign(static_cast<std::size_t>(std::max(group.topics[i].partition_count, 0)), kNobody);
  }

  void assign(std::size_t member, sdk::AssignorPartition at) noexcept override {
    if (!wrong_.empty()) return;
    if (member >= group_.member_count) return refuse(fmt::format("gives a partition to member {} of {}", member, group_.member_count));
    if (at.topic < 0 || static_cast<std::size_t>(at.topic) >= group_.topic_count)
      return refuse(fmt::format("gives away a partition of topic {} of {}", at.topic, group_.topic_count));
    const sdk::AssignorTopic& topic = group_.topics[at.topic];
    const sdk::AssignorMember& reader = group_.members[member];
    if (at.partition < 0 || at.partition >= topic.partition_count)
      return refuse(
          fmt::format("gives away {}-{}, but the topic has {} partitions", text(topic.name), at.partition, topic.partition_count));
    if (!std::binary_search(reader.topics, reader.topics + reader.topic_count, at.topic))
      return refuse(
          fmt::format("gives {}-{} to '{}', who is not subscribed to the topic", text(topic.name), at.partition, text(reader.id)));
    std::size_t& owner = owners_[static_cast<std::size_t>(at.topic)][static_cast<std::size_t>(at.partition)];
    if (owner != kNobody)
      return refuse(fmt::format("gives {}-{} away twice, to '{}' and to '{}'", text(topic.name), at.partition,
                                text(group_.members[owner].id), text(reader.id)));
    owner = member;
    assignment_[member].push_back(at);
  }

  const std::string& wrong() const { return wrong_; }
  Assignment take() {
    for (auto& partitions : assignment_)
      std::ranges::sort(partitions, {}, [](const sdk::AssignorPartition& at) { return std::tuple(at.topic, at.partition); });
    return std::move(assignment_);
  }

 private:
  static constexpr std::size_t kNobody = ~std::size_t{0};

  void refuse(std::string what) { wrong_ = std::move(what); }

  const sdk::AssignorGroup& group_;
  Assignment assignment_;
  std::vector<std::vector<std::size_t>> owners_;
  std::string wrong_;
};

}  // namespace

Result<Assignment> assign_checked(sdk::Assignor& assignor, std::string_view name, const sdk::AssignorGroup& group) {
  CheckingSink sink(group);
  if (Status status = assignor.assign(group, sink); !status.ok()) return status;
  if (!sink.wrong().empty()) return Status::invalid(fmt::format("assignor '{}' {}", name, sink.wrong()));
  return sink.take();
}

}  // namespace barnabas::host
