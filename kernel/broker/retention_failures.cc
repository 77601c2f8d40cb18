#include "kernel/broker/retention_failures.h"

#include <fmt/format.h>

#include <utility>

namespace barnabas::broker {

void RetentionFailures::note(std::string_view partition, std::string_view reason) {
  const auto found = noted_.find(reason);
  if (found == noted_.end())
    noted_.try_emplace(std::string(reason), Failure{std::string(partition)});
  else
    ++found->second.others;
}

std::vector<std::string> RetentionFailures::end_round() {
  std::vector<std::string> lines;
  std::set<std::string> reasons;
  for (const auto& [reason, failure] : noted_) {
    if (!before_.contains(reason))
      lines.push_back(failure.others == 0 ? fmt::format("{}: {}", failure.partition, reason)
                                          : fmt::format("{} and {} more: {}", failure.partition, failure.others, reason));
    reasons.insert(reason);
  }
  noted_.clear();
  before_ = std::move(reasons);
  return lines;
}

}  // namespace barnabas::broker
