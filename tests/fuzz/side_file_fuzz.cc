// Any octets as one of the small files beside the logs: checkpoints, leader epochs, producer snapshots, meta.properties, quorum-state. Each
// is refused with a sentence, or written again it means the same. The first octet chooses the file.
#include "kernel/log/leader_epochs.h"
#include "kernel/log/producer_snapshot.h"
#include "kernel/record/batch_header.h"
#include "kernel/record/checkpoint_file.h"
#include "kernel/record/meta_properties.h"
#include "quorum_state.h"

#include "fuzz/pieces.h"
#include "fuzz/require.h"
#include "kernel/base/crc32c.h"

namespace {

using namespace barnabas;
using fuzz::require;

template <class T>
bool accepted(const Result<T>& read) {
  if (!read.ok()) require(!read.status().message().empty(), "a refusal does not say why");
  return read.ok();
}

void offsets(std::string_view text) {
  const auto read = record::parse_partition_offsets(text);
  if (!accepted(read)) return;
  const auto again = record::parse_partition_offsets(record::print_partition_offsets(*read));
  require(again.ok() && *again == *read, "a checkpoint is another one when it was written");
}

void epochs(std::string_view text) {
  const auto read = log::LeaderEpochs::parse(text);
  if (!accepted(read)) return;
  const auto again = log::LeaderEpochs::parse(read->to_text());
  require(again.ok() && again->entries() == read->entries(), "leader epochs are others when they were written");
  for (const auto& [epoch, start] : read->entries()) {
    static_cast<void>(read->epoch_of(start));
    static_cast<void>(read->end_of(epoch, INT64_MAX));
  }
}

void properties(std::string_view text) {
  if (const auto java = record::parse_java_properties(text); accepted(java)) {
    const auto again = record::parse_java_properties(record::print_java_properties(*java, 0));
    require(again.ok() && *again == *java, "properties are others when they were written");
  }
  const auto meta = record::parse_meta_properties(text);
  if (!accepted(meta)) return;
  const auto again = record::parse_meta_properties(record::print_meta_properties(*meta, 0));
  require(again.ok() && *again == *meta, "meta.properties are others when they were written");
}

void quorum_state(std::string_view text) {
  const auto read = kraft::parse_quorum_state(text);
  if (!accepted(read)) return;
  const auto again = kraft::parse_quorum_state(kraft::print_quorum_state(*read));
  require(again.ok() && *again == *read, "a quorum-state is another one when it was written");
}

// `sealed`: its checksum is made to fit.
void producers(sdk::Bytes octets, bool sealed) {
  std::vector<std::uint8_t> file(octets.begin(), octets.end());
  constexpr std::size_t kChecked = 6;  // version and checksum
  if (sealed && file.size() >= kChecked) record::store(file.data() + 2, base::crc32c(sdk::Bytes(file).slice(kChecked)));
  const auto read = log::decode_snapshot(sdk::Bytes(file));
  if (!accepted(read)) return;
  const auto again = log::decode_snapshot(sdk::Bytes(log::encode_snapshot(*read)));
  require(again.ok() && again->size() == read->size(), "a snapshot of producers is another one when it was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const sdk::Bytes octets(data + 1, size - 1);
  const std::string_view text = fuzz::Pieces::as_text(octets);
  switch (data[0] % 6) {
    case 0:
      offsets(text);
      break;
    case 1:
      epochs(text);
      break;
    case 2:
      properties(text);
      break;
    case 3:
      quorum_state(text);
      break;
    default:
      producers(octets, data[0] % 6 == 4);
      break;
  }
  return 0;
}
