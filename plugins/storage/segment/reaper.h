// Removes files and folders some time after they were given up, off the loop. What it has not come to when the process ends is removed at
// the next start.
//
// Threads: bury() from any; the rest happens on the executor's loop and its helpers. Lives until its last task ran.
#pragma once

#include <barnabas/sdk/host.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace barnabas::segment {

class Reaper : public std::enable_shared_from_this<Reaper> {
 public:
  explicit Reaper(sdk::Host& host) : host_(host) {}

  // `path` is a file, or a folder of files.
  void bury(std::string path, std::int64_t delay_ms);
  // [loop thread] Nothing new begins.
  void stop();

 private:
  struct Step final : sdk::Task {
    Step(Reaper& owner, void (Reaper::*call)()) : reaper(owner), function(call) {}
    void run() noexcept override;
    Reaper& reaper;
    void (Reaper::*const function)();
    std::shared_ptr<Reaper> alive;  // while it waits to run
  };

  void arrange();  // [loop thread] sets the timer, or begins to work
  void work();     // [helper]
  void worked();   // [loop thread]
  void remove(const std::string& path);
  void start_step(Step& step) { step.alive = shared_from_this(); }

  sdk::Host& host_;
  std::mutex mutex_;
  std::multimap<std::int64_t, std::string> graves_;  // by the time they are due, mono_ns
  bool arranging_ = false;                           // arrange_ is posted
  bool stopped_ = false;

  // [loop thread]
  bool working_ = false;
  sdk::TimerId timer_ = 0;
  std::vector<std::string> due_;
  Step arrange_{*this, &Reaper::arrange};
  Step timed_{*this, &Reaper::arrange};
  Step work_{*this, &Reaper::work};
  Step worked_{*this, &Reaper::worked};
};

}  // namespace barnabas::segment
