#include "topic_load.h"

#include <fmt/format.h>

#include "kernel/record/control.h"
#include "records.h"

namespace barnabas::offsets_topic {

Status TopicLoad::on_batches(sdk::Bytes batches) noexcept {
  record::BatchReader reader(batches);
  for (record::BatchView batch; reader.next(batch);) {
    if (!batch.crc_valid())
      return Status::corrupt(
          fmt::format("the batch of __consumer_offsets at offset {} has another checksum than it says", batch.base_offset()));
    BARNABAS_TRY(add(batch));
  }
  return reader.status().copy();
}

Status TopicLoad::add(const record::BatchView& batch) {
  BARNABAS_TRY(reader_.open(batch));
  Keys& keys = batch.transactional() && !batch.control() ? pending_[batch.producer_id()] : keys_;
  for (record::RecordView record; reader_.next(record);) {
    if (batch.control()) {
      if (const auto marker = record::parse_marker(record)) end_transaction(batch.producer_id(), marker->commit);
      continue;
    }
    if (!record.key) {
      ++passed_over_;
      continue;
    }
    std::string key(record.key->begin(), record.key->end());
    Newest newest{record.offset, record.value.has_value(), {}};
    if (record.value) newest.value.assign(record.value->begin(), record.value->end());
    put(keys, std::move(key), std::move(newest));
  }
  return reader_.take_status();
}

void TopicLoad::end_transaction(std::int64_t producer_id, bool commit) {
  auto ended = pending_.extract(producer_id);
  if (ended.empty() || !commit) return;
  for (auto& [key, newest] : ended.mapped()) put(keys_, key, std::move(newest));
}

void TopicLoad::put(Keys& keys, std::string key, Newest newest) {
  Newest& known = keys[std::move(key)];
  if (newest.at > known.at) known = std::move(newest);
}

bool TopicLoad::tell(sdk::OffsetLoad& load, std::size_t most) {
  if (!next_) next_ = keys_.begin();
  for (; most != 0 && *next_ != keys_.end(); --most, ++*next_) tell_one((*next_)->first, (*next_)->second, load);
  return *next_ == keys_.end();
}

void TopicLoad::tell_one(const std::string& key, const Newest& newest, sdk::OffsetLoad& load) {
  if (!newest.has_value) return;
  arena_.reset();
  const auto name = read_key(key, arena_);
  sdk::CommittedOffset offset;
  if (!name) {
    ++passed_over_;
  } else if (!name->is_offset) {
    load.on_record(name->group, {key, newest.value, true});
  } else if (offset.topic = name->topic, offset.partition = name->partition; read_offset_value(newest.value, arena_, offset)) {
    load.on_offset(name->group, offset);
  } else {
    ++passed_over_;
  }
}

}  // namespace barnabas::offsets_topic
