// The records of a batch that is validated, one after the other, at once or in pieces.
#pragma once

#include "kernel/record/record_stream.h"
#include "kernel/record/validate_batch.h"

namespace barnabas::record {

// The faults of single records: all are counted and the first are kept, because the client is told of each.
class RecordFaults {
 public:
  void key_missing(Outcome& outcome, std::int32_t index, const ValidationRules& rules);
  void timestamp_out_of_range(Outcome& outcome, std::int32_t index, std::int64_t timestamp_ms, std::int64_t offset,
                              const ValidationRules& rules);
  void timestamp_type(Outcome& outcome, std::int32_t index, std::int64_t offset);
  bool any() const { return total_ != 0; }
  void conclude(Outcome& outcome) const;

 private:
  // `sentence` makes one, where it is kept: the others only cost.
  template <class Sentence>
  void add(Outcome& outcome, std::int32_t index, Sentence sentence) {
    ++total_;
    if (outcome.record_errors.size() < Outcome::kMaxRecordErrors) outcome.record_errors.push_back({index, sentence()});
  }

  std::size_t total_ = 0;
  bool timestamp_ = false;
};

class RecordCheck {
 public:
  RecordCheck(BatchHeader header, RecordStream stream) : header_(header), stream_(std::move(stream)) {}

  // False: the piece is over, and something is left. Else `outcome` tells what is wrong, and of a good batch its last time and whether it
  // is to be rebuilt.
  bool advance(const ValidationRules& rules, Outcome& outcome, const base::Piece& piece);

 private:
  void check(const ValidationRules& rules, Outcome& outcome);
  void refuse_record(std::int32_t index, Outcome& outcome) const;

  BatchHeader header_;
  RecordStream stream_;
  RecordFaults faults_;
  StoredRecord record_;
  std::int32_t index_ = 0;
};

}  // namespace barnabas::record
