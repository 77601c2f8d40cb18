// What the clients of a simulated run were told, and what of it contradicts a promise. The first contradiction is kept.
//
// The promises, by the names that they have in the notes on reliability:
//   I1   what was acknowledged is at its offset, with its octets; only where the tail may be lost (flush: os, and the machine lost power)
//        may the last of it be gone, never something in the middle
//   I2   an offset of a partition has one record, for everybody and always
//   I3   the records of one producer are in the order in which it sent them, but for what one without sequences gave up
//   I4   a record is there once, however often its producer had to send it
//   I5   no client sees the high watermark go back, or records beyond it
//   I10  a reader gets what follows its position, without a gap and without going back
//   I12  who asks for committed offsets is told what was acknowledged last, or newer
//   I13  and nothing that was never committed
//   I17  a directory that failed takes no appends any more
//   I19  the process ends only when it is told to, or its disk fails
//   I20  once nothing fails any more, everything goes on
//
// A loss of power with a tail that may be lost begins a new era: what is known of older ones is believed until the first sign that the tail
// is gone, and whatever lies behind that sign is forgotten.
//
// Over a slow link an answer comes when the broker that gave it is long gone. So whoever asks takes the moment along: an answer is of that
// moment or later, is no sign of what was lost since, and yields to what is known from a later era. On the world's one thread.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/swarm/payload.h"

namespace barnabas::sim {

// When a question was sent.
struct Moment {
  std::uint32_t era = 0;
  std::uint32_t life = 0;  // of the broker
};

// What one client was told last of one partition.
struct Watch {
  std::int64_t high_watermark = -1;
  std::int64_t log_start = -1;
  Moment asked;
};

class History {
 public:
  // `tail_may_be_lost`: an acknowledgement means "written", not "on the device".
  explicit History(bool tail_may_be_lost) : tail_may_be_lost_(tail_may_be_lost) {}

  const std::string& wrong() const { return wrong_; }
  void wrong(std::string_view promise, const std::string& what) {
    if (wrong_.empty()) wrong_ = std::string(promise) + ": " + what;
  }

  Moment now() const { return {era_, life_}; }

  // A partition of a topic; its number.
  std::size_t add_place(std::string name);
  const std::string& name(std::size_t place) const { return places_[place].name; }

  // --- producers ---
  void sent(RecordId id);
  void acknowledged(RecordId first, std::uint32_t count, std::int64_t base_offset, Moment asked);
  std::uint64_t acknowledgements() const { return acknowledgements_; }
  // An idempotent producer was told that a record before its own is missing, although all of them were acknowledged. `is_behind`: it has
  // sent others after this one, and the broker was started since. What a broker keeps of a producer over a stop is the last batch alone.
  void forgotten(RecordId id, bool is_behind = false);
  // A producer without sequences heard nothing of this batch, closed its connection and goes on with another one. A broker takes what it
  // has of both in any order, as Kafka does: the batch may come behind later ones, whole, until the broker's end.
  void given_up(RecordId first, std::uint32_t count);

  // --- readers ---
  void read(std::size_t place, std::int64_t offset, sdk::Bytes payload, Moment asked);
  void told(std::size_t place, std::int64_t high_watermark, std::int64_t log_start, Moment asked, Watch& watch);
  // A reader at `offset` was told that there is no such one. False: that is not possible.
  bool may_be_out_of_range(std::size_t place, std::int64_t offset) const;
  // One after the last record that is known.
  std::int64_t end(std::size_t place) const { return static_cast<std::int64_t>(places_[place].slots.size()); }

  // --- DeleteRecords ---
  void will_delete_below(std::size_t place, std::int64_t offset);

  // --- the last look: everything that is there is read once more, from `start` to `end` ---
  void begin_last_look() { ++look_; }
  void end_last_look(std::size_t place, std::int64_t start, std::int64_t end);

  // --- the world ---
  void lost_power();
  void stopped_cleanly();
  void broker_began();
  bool tail_was_lost() const { return era_ != 0; }

  // --- committed offsets, of `key`: a group and a partition ---
  struct Floor {
    std::int64_t offset = -1;
    Moment asked;
  };
  void commit_begins(const std::string& key, std::int64_t offset);
  void commit_ends(const std::string& key, std::int64_t offset, bool acknowledged, Moment asked);
  void commit_refused(const std::string& key, std::int64_t offset);
  Floor commit_floor(const std::string& key) const;  // when the question is sent
  void committed_told(const std::string& key, const Floor& floor, std::int64_t offset);

 private:
  struct Slot {
    RecordId id = 0;
    std::uint32_t era = 0;
    std::uint32_t look = 0;
    bool acknowledged = false;
    bool kept = false;  // it outlived a clean stop, so it is on the device
  };
  struct GivenUp {
    std::uint32_t count = 0;
    std::uint32_t bound = UINT32_MAX;  // its producer's numbers from here on are of a later life of the broker
  };
  struct Place {
    std::string name;
    std::vector<Slot> slots;  // by offset
    std::unordered_map<RecordId, std::int64_t> where;
    std::map<std::size_t, std::uint32_t> sent;  // by producer: one after its highest number
    std::map<RecordId, GivenUp> given_up;       // by the first of the batch
    std::int64_t delete_below = 0;
    std::int64_t firm = 0;       // below it everything was there after the last loss of power,
    std::uint32_t firm_era = 0;  // but for what is known from before this era: it may have gone with an older tail
  };
  struct Commits {
    std::int64_t acknowledged = -1;
    std::multimap<std::int64_t, bool> unresolved;  // those whose answers did not come
    std::map<std::int64_t, bool> attempted;
  };

  void place_record(std::size_t place, std::int64_t offset, RecordId id, bool acknowledged, Moment asked);
  // An answer says that this is there; it was lost since, and something else came to this offset, or it came to another one.
  bool is_outdated(const Place& place, std::int64_t offset, RecordId id, Moment asked) const;
  // What is at this offset may be behind number `last` of its producer.
  bool may_be_late(const Place& place, std::size_t at, bool is_first_of_log, std::uint32_t last) const;
  // From this offset on, what is known from this era and older ones is gone. What later ones brought came behind an older loss, unseen.
  void cut(Place& place, std::int64_t offset, std::uint32_t era);
  bool is_old(const Slot& slot) const { return tail_may_be_lost_ && slot.era != era_; }

  const bool tail_may_be_lost_;
  std::string wrong_;
  std::vector<Place> places_;
  std::map<std::string, Commits> commits_;
  std::uint64_t acknowledgements_ = 0;
  std::uint32_t era_ = 0;
  std::uint32_t life_ = 0;
  std::uint32_t look_ = 0;
};

}  // namespace barnabas::sim
