#include "reaper.h"

#include "whole_file.h"

#include <algorithm>

#include "kernel/base/times.h"

namespace barnabas::segment {

void Reaper::Step::run() noexcept {
  const std::shared_ptr<Reaper> keep = std::move(alive);
  if (this == &reaper.timed_) reaper.timer_ = 0;
  (reaper.*function)();
}

void Reaper::bury(std::string path, std::int64_t delay_ms) {
  const std::int64_t due_ns = host_.clock().mono_ns() + base::ns_of_ms(std::max<std::int64_t>(delay_ms, 0));
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  graves_.emplace(due_ns, std::move(path));
  if (arranging_) return;
  arranging_ = true;
  start_step(arrange_);
  host_.executor().post(arrange_);
}

void Reaper::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    graves_.clear();
  }
  if (timer_ != 0) {
    host_.executor().cancel(timer_);
    timer_ = 0;
    timed_.alive.reset();
  }
}

void Reaper::arrange() {
  std::lock_guard lock(mutex_);
  arranging_ = false;
  if (stopped_ || working_ || graves_.empty()) return;
  const std::int64_t now_ns = host_.clock().mono_ns();
  const auto later = graves_.upper_bound(now_ns);
  if (later != graves_.begin()) {
    for (auto grave = graves_.begin(); grave != later; ++grave) due_.push_back(std::move(grave->second));
    graves_.erase(graves_.begin(), later);
    working_ = true;
    start_step(work_);
    start_step(worked_);
    host_.executor().offload(work_, worked_);
    return;
  }
  if (timer_ != 0) host_.executor().cancel(timer_);
  start_step(timed_);
  timer_ = host_.executor().after(graves_.begin()->first - now_ns, timed_);
}

void Reaper::work() {
  for (const std::string& path : due_) remove(path);
}

void Reaper::worked() {
  due_.clear();
  working_ = false;
  arrange();
}

void Reaper::remove(const std::string& path) {
  struct Names final : sdk::DirectoryVisitor {
    void visit(const sdk::FileInfo& info) noexcept override { names.emplace_back(info.name.data, info.name.size); }
    std::vector<std::string> names;
  } files;
  sdk::Disk& disk = host_.disk();
  sdk::FileInfo info;
  if (!disk.info(path, info)) return;
  sdk::Status status;
  if (info.is_directory) {
    status = disk.list(path, files);
    for (const std::string& name : files.names)
      if (status) status = remove_file(disk, path + "/" + name);
  }
  if (status) status = remove_file(disk, path);
  if (!status) host_.log(sdk::LogLevel::kWarn, "left for the next start: " + std::string(status.message().data, status.message().size));
}

}  // namespace barnabas::segment
