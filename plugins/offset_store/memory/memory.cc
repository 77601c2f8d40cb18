#include "memory_store.h"

#include "kernel/base/task.h"

namespace barnabas::offsets_memory {

using sdk::Status;

void MemoryStore::finish(sdk::Completion& completion) {
  base::post(host_.executor(), [&completion] { completion.done({}); });
}

Status MemoryStore::start(const sdk::OffsetStoreStart&, sdk::Completion& completion) {
  finish(completion);
  return {};
}

Status MemoryStore::stop(sdk::Completion& completion) {
  finish(completion);  // behind the completions of all that was begun
  return {};
}

Status MemoryStore::take_over(std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, sdk::Completion& completion) {
  Home& taken = homes_[home];
  if (epoch < taken.epoch) return Status::error(sdk::Code::kFenced, "the home was taken over in a later epoch");
  taken.epoch = epoch;
  base::post(host_.executor(), [this, home, epoch, &load, &completion] {
    const Home& told = homes_[home];
    if (told.epoch != epoch) return completion.done(Status::error(sdk::Code::kFenced, "the home was taken over in a later epoch"));
    tell(told, load);
    completion.done({});
  });
  return {};
}

void MemoryStore::tell(const Home& home, sdk::OffsetLoad& load) {
  for (const auto& [name, group] : home.groups) {
    for (const auto& [key, offset] : group.offsets) {
      sdk::CommittedOffset told = offset.plain;
      told.topic = key.first;
      told.metadata = offset.metadata;
      load.on_offset(name, told);
    }
    for (const auto& [key, value] : group.records) load.on_record(name, {key, value, true});
  }
}

Status MemoryStore::write(const sdk::GroupWrite& write, sdk::Completion& completion) {
  Home& home = homes_[write.home];
  if (write.epoch < home.epoch) return Status::error(sdk::Code::kFenced, "the home was taken over in a later epoch");
  const auto found = home.groups.try_emplace(std::string(write.group)).first;
  Group& group = found->second;
  for (std::size_t i = 0; i < write.offset_count; ++i) {
    const sdk::CommittedOffset& offset = write.offsets[i];
    Offset& kept = group.offsets[{std::string(offset.topic), offset.partition}];
    kept.plain = offset;
    kept.plain.topic = kept.plain.metadata = {};
    kept.metadata = std::string(offset.metadata);
  }
  for (std::size_t i = 0; i < write.forgotten_count; ++i)
    group.offsets.erase({std::string(write.forgotten[i].topic), write.forgotten[i].partition});
  for (std::size_t i = 0; i < write.record_count; ++i) {
    const sdk::GroupRecord& record = write.records[i];
    std::string key(record.key.begin(), record.key.end());
    if (!record.has_value) {
      group.records.erase(key);
    } else {
      group.records.insert_or_assign(std::move(key), std::string(record.value.begin(), record.value.end()));
    }
  }
  if (group.offsets.empty() && group.records.empty()) home.groups.erase(found);
  finish(completion);
  return {};
}

}  // namespace barnabas::offsets_memory

using barnabas::offsets_memory::MemoryStore;
BARNABAS_PLUGIN(OffsetStore, MemoryStore, "memory", "1.0.0", "Committed offsets and groups that live as long as the process.")
