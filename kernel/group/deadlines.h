// Alarms on virtual time: one ordered queue for all members and groups of a coordinator.
//
// Moving an alarm to a later time, which every heartbeat does, only notes the time; the queue is put right when the earlier one comes. So
// earliest() may be too early, never too late. One thread.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace barnabas::group {

class Alarm;

class Deadlines {
 public:
  // Rings everything that is due. What rings may set and clear alarms, and may be gone afterwards; what it sets rings later than `now_ms`.
  void advance(std::int64_t now_ms);
  std::optional<std::int64_t> earliest() const;

 private:
  friend class Alarm;
  using Place = std::pair<std::int64_t, std::uint64_t>;  // time, and the order of setting among equals

  std::map<Place, Alarm*> queue_;
  std::uint64_t next_number_ = 0;
  static constexpr std::int64_t kNotRinging = std::numeric_limits<std::int64_t>::min();
  std::int64_t ringing_ms_ = kNotRinging;
};

class Alarm {
 public:
  class Owner {
   public:
    virtual void on_alarm(Alarm& alarm) = 0;

   protected:
    ~Owner() = default;
  };

  // Both outlive it.
  Alarm(Deadlines& deadlines, Owner& owner) : deadlines_(deadlines), owner_(owner) {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() { clear(); }

  void set(std::int64_t when_ms);
  void clear();
  bool is_set() const { return queued_; }

 private:
  friend class Deadlines;
  void enqueue();

  Deadlines& deadlines_;
  Owner& owner_;
  Deadlines::Place place_;
  std::int64_t due_ms_ = 0;  // not before place_
  bool queued_ = false;
};

}  // namespace barnabas::group
