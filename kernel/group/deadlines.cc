#include "kernel/group/deadlines.h"

namespace barnabas::group {

void Deadlines::advance(std::int64_t now_ms) {
  ringing_ms_ = now_ms;
  while (!queue_.empty() && queue_.begin()->first.first <= now_ms) {
    Alarm& alarm = *queue_.begin()->second;
    queue_.erase(queue_.begin());
    alarm.queued_ = false;
    if (alarm.due_ms_ > now_ms) {
      alarm.enqueue();
    } else {
      alarm.owner_.on_alarm(alarm);
    }
  }
  ringing_ms_ = kNotRinging;
}

std::optional<std::int64_t> Deadlines::earliest() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.begin()->first.first;
}

void Alarm::set(std::int64_t when_ms) {
  if (when_ms <= deadlines_.ringing_ms_) when_ms = deadlines_.ringing_ms_ + 1;  // or ringing would never end
  due_ms_ = when_ms;
  if (queued_ && place_.first <= when_ms) return;
  clear();
  enqueue();
}

void Alarm::clear() {
  if (queued_) deadlines_.queue_.erase(place_);
  queued_ = false;
}

void Alarm::enqueue() {
  place_ = {due_ms_, deadlines_.next_number_++};
  deadlines_.queue_.emplace(place_, this);
  queued_ = true;
}

}  // namespace barnabas::group
