// The partitions of __consumer_offsets on this node, for an offset store that keeps what it is given there: a power of the host, asked for
// by
//
//   auto* topic = static_cast<sdk::InternalTopic*>(host.find(sdk::InternalTopic::kId));   // null: this host has none
//
// Nothing here waits. Everything is called on the executor of the host that was asked, and every completion and every batch comes there,
// never from inside the call. Functions that take a Completion return an error only when nothing was begun. kFenced: this node does not
// lead the partition in that epoch.
#pragma once

#include <barnabas/sdk/codec.h>
#include <barnabas/sdk/offset_store.h>

namespace barnabas::sdk {

// Told the content of a partition. [executor of the host]
class BatchSink {
 public:
  // One or more whole batches, in the order of the log, of any format, valid during the call. An error ends the reading with it.
  virtual Status on_batches(Bytes batches) noexcept = 0;

 protected:
  ~BatchSink() = default;
};

class InternalTopic {
 public:
  static constexpr Text kId = "barnabas.internal_topic/1";

  // A finished batch of format v2; base offset and leader epoch are written into it where it lies, which may go once the call has returned.
  // Done when it is committed: in sync everywhere that counts, and on the device where the deployment says so. kUnknown: the leadership or
  // the log was lost before that was known. kExhausted: larger than the topic takes. Batches take effect in the order of the calls.
  virtual Status append(std::int32_t partition, std::int32_t leader_epoch, MutableBytes batch, Completion& completion) noexcept = 0;

  // Tells everything from the start of the log to where it ends now, committed or not: a leader's log is what the partition is. `sink`
  // lives until done.
  virtual Status read(std::int32_t partition, std::int32_t leader_epoch, BatchSink& sink, Completion& completion) noexcept = 0;

  // The largest batch that append() takes.
  virtual std::uint64_t max_batch_bytes() noexcept = 0;
  // What survives once an append is done.
  virtual Durability durability() noexcept = 0;
  // For batches that somebody compressed: by the codec bits of a batch's attributes. Null: there is none here.
  virtual Codec* codec(std::int8_t attribute) noexcept = 0;

 protected:
  ~InternalTopic() = default;
};

}  // namespace barnabas::sdk
