// Calls of plugins that end later, by a completion that the plugin keeps meanwhile; and what becomes of plugins that end them wrongly.
//
// One that never ends a call is named after the call's deadline, and the call ends as not known to be done. A second end, or one after the
// deadline, is named and passed over: the completions of the last thousand calls are kept for it. Everything on the executor.
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>

#include "kernel/base/task.h"

namespace barnabas::broker {

class PluginCalls {
 public:
  using Begin = std::function<sdk::Status(sdk::Completion& completion)>;
  using Ended = std::function<void(sdk::Status status)>;
  using Log = std::function<void(std::string_view line)>;

  static constexpr std::int64_t kEver = 0;

  PluginCalls(sdk::Executor& executor, Log log);
  PluginCalls(const PluginCalls&) = delete;
  PluginCalls& operator=(const PluginCalls&) = delete;
  ~PluginCalls();

  // `begin` takes a completion and returns a Status, as the functions of plugins do. `ended` is called once, in a later turn, also when
  // nothing was begun. `what` is for the log: "offsets 'x' in write". What a call without a deadline uses may live in `ended`; with one,
  // the plugin may still use it afterwards.
  void call(std::string what, std::int64_t deadline_s, const Begin& begin, Ended ended);

  std::size_t under_way() const { return pending_.size(); }

 private:
  class Call;
  using Calls = std::list<Call>;

  void end(Call& call, sdk::Status status);
  void end_again(Call& call);
  void look_at_deadlines();
  void keep(Calls& from, Call& call);
  void say(const std::string& line);

  sdk::Executor& executor_;
  Log log_;
  Calls pending_;
  Calls given_up_;  // their plugins may end them yet
  Calls ended_;     // the last ones
  base::Timer tick_;
  int said_ = 0;
};

}  // namespace barnabas::broker
