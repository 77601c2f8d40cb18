// Any octets where a store keeps committed offsets: keys and values of __consumer_offsets, its batches as they are read at a start, and the
// JSON of the other stores. What is read can be written, and then means the same. The first octet chooses.
#include <map>

#include "fuzz/pieces.h"
#include "fuzz/require.h"
#include "fuzz/seal.h"
#include "kernel/group/records.h"
#include "offset_store/offset_json.h"
#include "records.h"
#include "topic_load.h"

namespace {

using namespace barnabas;
using fuzz::require;

bool same(const sdk::CommittedOffset& a, const sdk::CommittedOffset& b) {
  return a.offset == b.offset && a.leader_epoch == b.leader_epoch && a.metadata == b.metadata && a.commit_ms == b.commit_ms &&
         a.expire_ms == b.expire_ms && a.topic_id == b.topic_id;
}

void key_and_value(sdk::Bytes key, sdk::Bytes value) {
  base::Arena arena;
  const auto name = offsets_topic::read_key(key, arena);
  const auto type = group::key_type(fuzz::Pieces::as_text(key));
  require(!name || type, "a key without a type is understood");
  static_cast<void>(group::group_of(fuzz::Pieces::as_text(key)));
  static_cast<void>(group::read_group(fuzz::Pieces::as_text(value)));

  sdk::CommittedOffset offset;
  const Status status = offsets_topic::read_offset_value(value, arena, offset);
  const auto by_group = group::read_offset(fuzz::Pieces::as_text(key), fuzz::Pieces::as_text(value));
  if (name && name->is_offset) require(by_group.has_value() == status.ok(), "the store and the coordinator disagree about an offset");
  if (!status.ok()) return require(!status.message().empty(), "a refusal does not say why");

  // What only an expiring value says is lost in it: an offset has the one or the other.
  if (offset.expire_ms >= 0) offset.leader_epoch = -1, offset.topic_id = {};
  wire::Buffer buffer;
  require(offsets_topic::write_offset_value(offset, buffer).ok(), "an offset cannot be written again");
  sdk::CommittedOffset again;
  require(offsets_topic::read_offset_value(buffer.bytes(), arena, again).ok(), "a written offset cannot be read");
  if (offset.expire_ms < 0) offset.expire_ms = -1;
  require(same(offset, again), "an offset is another one when it was written");
}

class Told final : public sdk::OffsetLoad {
 public:
  void on_offset(sdk::Text, const sdk::CommittedOffset&) noexcept override { ++count; }
  void on_record(sdk::Text, const sdk::GroupRecord& record) noexcept override {
    require(record.has_value, "a record without a value is told");
    ++count;
  }
  std::uint64_t count = 0;
};

void batches(std::vector<std::uint8_t> octets) {
  fuzz::seal_each(octets);
  static const record::Codecs none;
  offsets_topic::TopicLoad load(none);
  const sdk::Status status = load.on_batches(sdk::Bytes(octets));
  require(status.ok() || !status.message().empty(), "a refusal does not say why");
  Told told;
  while (!load.tell(told, 3)) {
  }
}

void json(std::string_view text) {
  offset_store::OwnedOffset offset;
  if (!offset_store::from_json(text, offset)) return;
  offset_store::OwnedOffset again;
  require(offset_store::from_json(offset_store::to_json(offset, 5), again), "a written offset cannot be read");
  require(same(offset.view(), again.view()), "an offset is another one when it was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Pieces input(data, size);
  switch (input.octet() % 3) {
    case 0: {
      const sdk::Bytes key = input.piece();
      key_and_value(key, input.rest());
      break;
    }
    case 1: {
      const sdk::Bytes octets = input.rest();
      batches({octets.begin(), octets.end()});
      break;
    }
    default:
      json(fuzz::Pieces::as_text(input.rest()));
      break;
  }
  return 0;
}
