// The records of one v2 batch for who checks them and keeps nothing: uncompressed ones in place, compressed ones through an inflater's
// window. Who wants what is in them has a RecordReader.
//
// A record larger than the window is read field by field and its key and value are passed over, so that no batch, whatever it says, costs
// more than the window; and whatever inflates for long does so in pieces. One thread at a time.
#pragma once

#include "kernel/base/piece.h"
#include "kernel/record/inflater.h"
#include "kernel/record/record_view.h"

#include <optional>

namespace barnabas::record {

class RecordStream {
 public:
  enum class Step {
    kRecord,
    kPaused,  // the piece is over, and something is left
    kFault,
  };

  // Uncompressed records.
  explicit RecordStream(sdk::Bytes records) : rest_(records) {}
  // What an inflater gives that was just started. It outlives this object.
  explicit RecordStream(Inflater& inflater) : inflater_(&inflater) {}

  // kRecord: `record` is the next one, valid until the next call; of one larger than the window key and value are empty where they are not
  // null, and headers are left out. kPaused: it goes on when it is called again, with the same `record`.
  Step next(StoredRecord& record, const base::Piece& piece = base::Piece::whole());
  // True when nothing follows the last record; else there is a fault.
  bool finish();
  // What is wrong with the record, as the end of a sentence; null: nothing yet.
  const char* fault() const { return fault_; }
  // Says more of a fault that is not the record's own.
  const Status& status() const { return status_; }

 private:
  // A record that is not in memory as a whole.
  class Large {
   public:
    explicit Large(std::uint64_t length) : left_(length) {}
    Step go_on(RecordStream& stream, StoredRecord& record, const base::Piece& piece);

   private:
    enum class Part { kFront, kKey, kValue, kHeaderCount, kHeaderKey, kHeaderValue, kEnd };

    const char* read_part(RecordStream& stream, StoredRecord& record);
    bool read_front(RecordStream& stream, StoredRecord& record);
    bool number(RecordStream& stream, std::int32_t& value);
    bool long_number(RecordStream& stream, std::int64_t& value);
    bool take_through(RecordStream& stream, const std::uint8_t* end);
    bool field(RecordStream& stream, bool& present);
    void take(RecordStream& stream, std::size_t count);

    std::uint64_t left_;         // octets of the record
    std::uint64_t passing_ = 0;  // of the field before the part, which are not among them
    Part part_ = Part::kFront;
    std::int32_t headers_ = 0;  // that are left
  };

  Step begin(StoredRecord& record, const base::Piece& piece);
  Step go_on_with_large(StoredRecord& record, const base::Piece& piece);
  Step failed(const char* fault);
  bool is_over(const base::Piece& piece);
  bool want(std::size_t count);
  bool pass(std::uint64_t& count, const base::Piece& piece);
  void take(std::size_t count) { rest_ = rest_.slice(count); }

  sdk::Bytes rest_;
  Inflater* inflater_ = nullptr;
  const char* fault_ = nullptr;
  Status status_;
  std::optional<Large> large_;   // that is being read
  std::uint64_t looked_at_ = 0;  // how much had been inflated at the last look at the clock
  std::uint32_t unlooked_ = 0;   // steps since then
};

}  // namespace barnabas::record
