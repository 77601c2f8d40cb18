#include "offset_store/outbox.h"

namespace barnabas::offset_store {

void Outbox::put(std::unique_ptr<Job> job) {
  const std::lock_guard guard(lock_);
  jobs_.push_back(std::move(job));
  post_locked();
}

void Outbox::post_locked() {
  if (posted_ != nullptr) return;
  posted_ = shared_from_this();
  executor_.post(*this);
}

void Outbox::run() noexcept {
  std::shared_ptr<Outbox> self;
  std::deque<std::unique_ptr<Job>> jobs;
  {
    const std::lock_guard guard(lock_);
    self = std::exchange(posted_, nullptr);
    jobs.swap(jobs_);
  }
  std::size_t budget = kSlice;
  while (!jobs.empty() && budget != 0 && !closed_) {
    if (!tell(*jobs.front(), budget)) break;
    const std::unique_ptr<Job> job = std::move(jobs.front());
    jobs.pop_front();
    deliver_(*job);  // may close
  }
  if (jobs.empty() || closed_) return;
  const std::lock_guard guard(lock_);
  for (; !jobs.empty(); jobs.pop_back()) jobs_.push_front(std::move(jobs.back()));
  post_locked();
}

bool Outbox::tell(Job& job, std::size_t& budget) const {
  --budget;
  if (job.load == nullptr || !job.outcome.ok() || !still_wanted_(job)) return true;
  const auto& [offsets, records] = job.content;
  for (; job.told < offsets.size() + records.size(); ++job.told) {
    if (budget == 0) return false;
    --budget;
    if (job.told < offsets.size()) {
      const auto& [group, offset] = offsets[job.told];
      job.load->on_offset(group, offset.view());
    } else {
      const auto& [group, record] = records[job.told - offsets.size()];
      job.load->on_record(group, record.view());
    }
  }
  return true;
}

}  // namespace barnabas::offset_store
