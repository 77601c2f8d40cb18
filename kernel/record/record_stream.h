// The records of one v2 batch for who checks them and keeps nothing: uncompressed ones in place, compressed ones through an inflater's
// window.
//
// A record larger than the window is read field by field and its key and value are passed over, so that no batch, whatever it says, costs
// more than the window. One thread at a time.
#pragma once

#include "kernel/record/inflater.h"
#include "kernel/record/record_view.h"

namespace barnabas::record {

class RecordStream {
 public:
  // Uncompressed records.
  explicit RecordStream(sdk::Bytes records) : rest_(records) {}
  // What an inflater gives that was just started. It outlives this object.
  explicit RecordStream(Inflater& inflater) : inflater_(&inflater) {}

  // Null: `record` is the next one, valid until the next call; of one larger than the window key and value are empty where they are not
  // null, and headers are left out. Else what is wrong with it, as the end of a sentence; status() says more where it was not the record
  // itself.
  const char* next(StoredRecord& record);
  // Null when nothing follows; else as above.
  const char* finish();
  const Status& status() const { return status_; }

 private:
  class Large;

  bool want(std::size_t count);
  bool pass(std::uint64_t count);
  void take(std::size_t count) { rest_ = rest_.slice(count); }

  sdk::Bytes rest_;
  Inflater* inflater_ = nullptr;
  Status status_;
};

}  // namespace barnabas::record
