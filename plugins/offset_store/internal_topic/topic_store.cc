#include "topic_store.h"

#include <fmt/format.h>

#include <memory>

#include "kernel/base/task.h"
#include "records.h"
#include "topic_load.h"

namespace barnabas::offsets_topic {

using sdk::Status;

namespace {

// What a batch and its records say besides the keys, values and metadata that they are made of, at most.
constexpr std::uint64_t kHeadroomBytes = 4096;
// Keys told in one turn, so that a home with a million offsets does not hold the loop up.
constexpr std::size_t kSlice = 2048;

Status fenced() { return Status::error(sdk::Code::kFenced, "the home was taken over in a later epoch"); }

}  // namespace

// Deletes itself when it is done.
class TopicStore::Writing final : public sdk::Completion {
 public:
  Writing(TopicStore& store, sdk::Completion& completion) : store_(store), completion_(completion) { store_.begun(); }
  void done(Status status) noexcept override {
    completion_.done(std::move(status));
    store_.ended();
    delete this;
  }

 private:
  TopicStore& store_;
  sdk::Completion& completion_;
};

// As above.
class TopicStore::Reading final : public sdk::Completion, private sdk::Task {
 public:
  Reading(TopicStore& store, std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, sdk::Completion& completion)
      : content(store.codecs_), store_(store), home_(home), epoch_(epoch), load_(load), completion_(completion) {
    store_.begun();
  }
  void done(Status status) noexcept override {
    if (!status.ok()) return end(std::move(status));
    run();
  }

  TopicLoad content;

 private:
  void run() noexcept override {
    if (store_.is_fenced(home_, epoch_)) return end(fenced());
    if (!content.tell(load_, kSlice)) return store_.host_.executor().post(*this);
    if (content.passed_over() != 0)
      store_.host_.log(sdk::LogLevel::kWarn,
                       fmt::format("__consumer_offsets-{}: {} records are of no kind that is known here; they are passed over", home_,
                                   content.passed_over()));
    end({});
  }
  void end(Status status) {
    completion_.done(std::move(status));
    store_.ended();
    delete this;
  }

  TopicStore& store_;
  std::int32_t home_;
  std::int32_t epoch_;
  sdk::OffsetLoad& load_;
  sdk::Completion& completion_;
};

TopicStore::TopicStore(sdk::Host& host, const Options&)
    : host_(host), topic_(static_cast<sdk::InternalTopic*>(host.find(sdk::InternalTopic::kId))) {}

Status TopicStore::start(const sdk::OffsetStoreStart&, sdk::Completion& completion) {
  if (topic_ == nullptr) return Status::unsupported("this host has no partitions of __consumer_offsets to keep offsets in");
  for (std::int8_t codec = record::kCodecGzip; codec <= record::kCodecZstd; ++codec)
    codecs_.by_attribute[static_cast<std::size_t>(codec)] = topic_->codec(codec);
  finish(completion);
  return {};
}

Status TopicStore::stop(sdk::Completion& completion) {
  stopping_ = &completion;
  begun();
  base::post(host_.executor(), [this] { ended(); });
  return {};
}

void TopicStore::ended() {
  if (--under_way_ == 0 && stopping_ != nullptr) std::exchange(stopping_, nullptr)->done({});
}

void TopicStore::finish(sdk::Completion& completion) {
  begun();
  base::post(host_.executor(), [this, &completion] {
    completion.done({});
    ended();
  });
}

sdk::OffsetStoreAbilities TopicStore::abilities() {
  const std::uint64_t batch = topic_->max_batch_bytes();
  return {.durability = topic_->durability(), .max_write_bytes = batch > 2 * kHeadroomBytes ? batch - kHeadroomBytes : batch};
}

bool TopicStore::is_fenced(std::int32_t home, std::int32_t epoch) const {
  const auto latest = epochs_.find(home);
  return latest != epochs_.end() && epoch < latest->second;
}

Status TopicStore::take_over(std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, sdk::Completion& completion) {
  if (is_fenced(home, epoch)) return fenced();
  auto reading = std::make_unique<Reading>(*this, home, epoch, load, completion);
  if (Status status = topic_->read(home, epoch, reading->content, *reading); !status.ok()) {
    --under_way_;
    return status;
  }
  (void)reading.release();
  epochs_[home] = epoch;
  return {};
}

Status TopicStore::refuse(sdk::Text group, Status why, sdk::Completion& completion) {
  Refusals& refusals = refused_[std::string(group)];
  if (refusals.count++ == 0) refusals.first = why.code();
  begun();
  base::post(host_.executor(), [this, group = std::string(group), why = std::move(why), &completion]() mutable {
    const auto found = refused_.find(group);
    if (--found->second.count == 0) refused_.erase(found);
    completion.done(std::move(why));
    ended();
  });
  return {};
}

Status TopicStore::build(const sdk::GroupWrite& write) {
  batch_.start({});
  std::uint64_t bytes = 0;
  const auto add = [&](sdk::Bytes key, std::optional<sdk::Bytes> value) {
    bytes += key.size + (value ? value->size : 0);
    batch_.append({.timestamp_ms = write.now_ms, .key = key, .value = value, .headers = {}});
  };
  for (std::size_t i = 0; i < write.offset_count; ++i) {
    const sdk::CommittedOffset& offset = write.offsets[i];
    octets_.clear();
    BARNABAS_TRY(write_offset_key(write.group, offset.topic, offset.partition, octets_));
    const std::size_t key_size = octets_.size();
    BARNABAS_TRY(write_offset_value(offset, octets_));
    add(octets_.bytes().slice(0, key_size), octets_.bytes().slice(key_size));
  }
  for (std::size_t i = 0; i < write.forgotten_count; ++i) {
    octets_.clear();
    BARNABAS_TRY(write_offset_key(write.group, write.forgotten[i].topic, write.forgotten[i].partition, octets_));
    add(octets_.bytes(), std::nullopt);
  }
  for (std::size_t i = 0; i < write.record_count; ++i) {
    const sdk::GroupRecord& record = write.records[i];
    add(record.key, record.has_value ? std::optional(record.value) : std::nullopt);
  }
  if (bytes > abilities().max_write_bytes) return Status::exhausted("the write is larger than a batch of __consumer_offsets may be");
  return {};
}

Status TopicStore::write(const sdk::GroupWrite& write, sdk::Completion& completion) {
  if (is_fenced(write.home, write.epoch)) return fenced();
  if (const auto earlier = refused_.find(std::string(write.group)); earlier != refused_.end())
    return refuse(write.group, Status::error(earlier->second.first, "an earlier write of the group has failed"), completion);
  BARNABAS_TRY(build(write));
  if (batch_.empty()) {
    finish(completion);
    return {};
  }
  auto batch = batch_.finish();
  if (!batch) return std::move(batch).status();
  auto writing = std::make_unique<Writing>(*this, completion);
  if (Status status = topic_->append(write.home, write.epoch, *batch, *writing); !status.ok()) {
    --under_way_;
    if (status.code() == sdk::Code::kExhausted || status.code() == sdk::Code::kInvalid) return status;
    return refuse(write.group, std::move(status), completion);
  }
  (void)writing.release();
  return {};
}

}  // namespace barnabas::offsets_topic
