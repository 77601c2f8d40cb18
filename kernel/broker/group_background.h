// What coordinators give away to be done elsewhere: runs of assignors, and regular expressions over all topics.
//
// One object for each loop, with assignors of its own. Its jobs run one after another where they may block; their outcomes come back on the
// loop. An answer of an assignor that is of no use is refused and logged by name. Everything on the loop.
#pragma once

#include <barnabas/sdk/assignor.h>
#include <barnabas/sdk/host.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/group/background.h"

namespace barnabas::broker {

class GroupBackground final : public group::Background {
 public:
  using Log = std::function<void(std::string_view line)>;
  // Calls what it is given, in a turn of the coordinators.
  using Enter = std::function<void(const std::function<void()>& call)>;

  GroupBackground(sdk::Executor& loop, Log log, Enter enter);
  ~GroupBackground() override;

  // Before the first job.
  void add(std::string name, std::shared_ptr<sdk::Assignor> assignor) { assignors_[std::move(name)] = std::move(assignor); }
  // Nothing is begun any more; `stopped` comes when no assignor runs, or when one has been waited for long enough: then its name is logged,
  // and it goes on, over values of its own. Who waits for an outcome waits for ever.
  void stop(std::function<void()> stopped);

  void assign(std::string assignor, group::AssignorInput group, std::function<void(Result<group::AssignorOutput>)> done) override;
  void match(std::shared_ptr<const catalog::Image> image, std::vector<std::string> regexes,
             std::function<void(group::RegexMatches)> done) override;
  std::optional<std::string> refusal_of(std::string_view regex) const override;

 private:
  struct Queue;

  void say(const std::string& assignor, const Status& status);

  const Log log_;
  const Enter enter_;
  std::map<std::string, std::shared_ptr<sdk::Assignor>, std::less<>> assignors_;
  std::map<std::string, std::string, std::less<>> said_;  // the last complaint about each assignor
  const std::shared_ptr<Queue> queue_;                    // outlives it while a job runs
};

// The assignor's view of the input, and its answer, checked. [any thread]
Result<group::AssignorOutput> run_assignor(sdk::Assignor& assignor, std::string_view name, const group::AssignorInput& input);

}  // namespace barnabas::broker
