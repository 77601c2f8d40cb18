// What a leader checks before it appends what a client sent: in Kafka's order, with Kafka's error codes and sentences.
//
//   Outcome outcome = validator.validate(records, rules);
//   if (outcome.verdict != Verdict::kNone) … refuse with outcome.message and outcome.record_errors
//   if (outcome.rebuild) outcome = validator.rebuild(outcome);             // and look at the verdict again
//   … append outcome.batch
//
// The same in pieces, where a batch may inflate for long:
//
//   validator.begin(records, rules);
//   while (!validator.advance(piece)) … in a later turn, with the next piece
//   Outcome outcome = validator.take_outcome(now_ms);                       // when it is appended
//
// An uncompressed batch takes one pass and no allocation. A compressed one is inflated through a window and checked record by record, under
// a cap on what it may inflate to; keys and values are passed over. One thread at a time; made once and used for many batches.
#pragma once

#include "kernel/record/batch_builder.h"
#include "kernel/record/batch_view.h"
#include "kernel/record/inflater.h"
#include "kernel/record/record_check.h"
#include "kernel/record/record_reader.h"
#include "kernel/record/validation.h"

#include <memory>
#include <optional>

namespace barnabas::record {

class Validator {
 public:
  explicit Validator(const Codecs& codecs) : codecs_(codecs), inflater_(codecs) {}

  // `records`: what a produce request (version 3 or later) has for one partition.
  Outcome validate(sdk::Bytes records, const ValidationRules& rules);

  // `records`, and what the rules view, outlive the validation. One that is given up is followed by the next begin().
  void begin(sdk::Bytes records, const ValidationRules& rules);
  // False: the piece is over, and something is left.
  bool advance(const base::Piece& piece);
  // `now_ms`: of its append. Other batches may have been appended since begin(), and times of the log do not go back.
  Outcome take_outcome(std::int64_t now_ms);

  // The same records as a new batch with consecutive offsets in the topic's codec. REQUIRES: `accepted` is what it said last.
  Outcome rebuild(const Outcome& accepted);

 private:
  const Codecs& codecs_;
  Inflater inflater_;
  ValidationRules rules_;
  Outcome outcome_;
  std::optional<RecordCheck> check_;      // nothing where the batch is refused already
  std::unique_ptr<RecordReader> reader_;  // only where batches are rebuilt
  BatchBuilder builder_;
};

}  // namespace barnabas::record
