// The records of one batch after another, of every format, compressed or not.
//
//   RecordReader records(codecs);
//   BARNABAS_TRY(records.open(batch));
//   for (RecordView record; records.next(record);) …
//   BARNABAS_TRY(records.take_status());
//
// Views into the batch or, where it is compressed, into the reader's window: a record is valid until the next call. The checksum of the
// batch is not looked at (BatchView::crc_valid). One thread at a time; made once and used for many batches.
//
// For who wants what is in the records, of a batch that was accepted once. What a client sends is checked through a RecordStream, which
// costs less.
#pragma once

#include "kernel/record/batch_view.h"
#include "kernel/record/inflater.h"
#include "kernel/record/record_view.h"

namespace barnabas::record {

class RecordReader {
 public:
  // Beyond this a compressed batch is refused, unless the caller says another number.
  static constexpr std::uint64_t kMaxInflatedBytes = std::uint64_t{1} << 30;

  explicit RecordReader(const Codecs& codecs, std::uint64_t max_inflated_bytes = kMaxInflatedBytes)
      : inflater_(codecs), max_inflated_bytes_(max_inflated_bytes) {}

  // The batch's octets stay valid until the next open().
  Status open(const BatchView& batch);
  // False: the end, or what take_status() says.
  bool next(RecordView& record);
  // Success, or why the records are not readable to their end.
  Status take_status() { return std::move(status_); }
  // The room that one large record took is free, and no record is valid any more.
  void give_back() { inflater_.give_back(); }

 private:
  bool next_stored(RecordView& record);   // v2
  bool next_single(RecordView& record);   // v0, v1: the entry is the record
  bool next_wrapped(RecordView& record);  // v0, v1: inside a compressed wrapper
  Status open_wrapper();
  Status wrapped_entry(sdk::Bytes& entry);  // empty at the end
  Status body_of_next(sdk::Bytes& body);
  Status finish_stored();
  bool fail(Status status);

  Inflater inflater_;
  std::uint64_t max_inflated_bytes_;
  BatchView batch_;
  sdk::Bytes rest_;          // of an uncompressed v2 batch
  std::size_t consume_ = 0;  // octets of the inflater's window that the last record took
  std::int32_t left_ = 0;
  std::int64_t base_offset_ = 0;
  bool compressed_ = false;
  Status status_;
};

}  // namespace barnabas::record
