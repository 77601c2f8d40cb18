#include "offset_store/owned_write.h"

namespace barnabas::offset_store {

std::uint64_t size_of(const sdk::GroupWrite& write) {
  std::uint64_t size = write.group.size;
  for (std::size_t i = 0; i < write.offset_count; ++i) size += write.offsets[i].topic.size + write.offsets[i].metadata.size;
  for (std::size_t i = 0; i < write.forgotten_count; ++i) size += write.forgotten[i].topic.size;
  for (std::size_t i = 0; i < write.record_count; ++i) size += write.records[i].key.size + write.records[i].value.size;
  return size;
}

OwnedWrite owned(const sdk::GroupWrite& write) {
  const auto text = [](sdk::Text from) { return std::string(from.begin(), from.end()); };
  const auto octets = [](sdk::Bytes from) { return std::string(from.begin(), from.end()); };
  OwnedWrite copy;
  copy.group = text(write.group);
  copy.home = write.home;
  copy.epoch = write.epoch;
  copy.size = size_of(write);
  for (std::size_t i = 0; i < write.offset_count; ++i) {
    const sdk::CommittedOffset& from = write.offsets[i];
    copy.offsets.push_back({text(from.topic), from.topic_id, from.partition, from.offset, from.leader_epoch, text(from.metadata),
                            from.commit_ms, from.expire_ms});
  }
  for (std::size_t i = 0; i < write.forgotten_count; ++i)
    copy.forgotten.emplace_back(text(write.forgotten[i].topic), write.forgotten[i].partition);
  for (std::size_t i = 0; i < write.record_count; ++i)
    copy.records.push_back({octets(write.records[i].key), octets(write.records[i].value), write.records[i].has_value});
  return copy;
}

}  // namespace barnabas::offset_store
