// The interceptors of one producer or consumer, in the order in which they were added. What Kafka's clients promise of theirs holds: one
// that fails is logged and stops nothing, and the next gets the last good record. One thread at a time.
//
//   auto seen = interceptors.on_consume(topic, record);     // each record, before the application sees any of its batch
//   …
//   interceptors.on_commit("orders", 3, offset);            // each partition of a commit, once the coordinator took it
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/host/interceptors.h"
#include "kernel/record/batch_builder.h"
#include "kernel/record/record_reader.h"

namespace barnabas::client {

class ClientInterceptors {
 public:
  static constexpr std::uint32_t kProducerHooks = sdk::kProducerRecord | sdk::kProducerOutcome;
  static constexpr std::uint32_t kConsumerHooks = sdk::kConsumerRecord | sdk::kConsumerCommit;

  ClientInterceptors(sdk::Clock& clock, host::Interceptors::Log log) : all_(clock, std::move(log)) {}

  void add(std::string name, std::shared_ptr<sdk::Interceptor> interceptor) { all_.add(std::move(name), std::move(interceptor)); }
  bool wants(std::uint32_t hooks) const { return all_.wants(hooks); }

  // `record` becomes what the chain makes of it. kInvalid: one refused it, by name; then it is not to be sent, and its failure is to be
  // acknowledged.
  Status on_send(const sdk::TopicView& topic, host::EditedRecord& record);
  // Once for each record that on_send() saw, also for those that were never sent.
  void on_acknowledged(const sdk::TopicView& topic, const sdk::Outcome& outcome);

  // The record as the chain makes it; valid until the next call, and as long as `record` is. kInvalid: one refused it, by name.
  Result<record::RecordView> on_consume(const sdk::TopicView& topic, const record::RecordView& record);
  // `offset`: the next to read.
  void on_commit(std::string_view topic, std::int32_t partition, std::int64_t offset);

  // That this is the end. Nothing is called afterwards. The destructor does it, too.
  void close() { all_.close(); }

 private:
  host::Interceptors all_;
  host::EditedRecord edited_;
  record::Codecs no_codecs_;
  record::BatchBuilder builder_;
  record::RecordReader reader_{no_codecs_};
  std::vector<sdk::HeaderView> plain_headers_;
  std::vector<record::Header> new_headers_;
};

}  // namespace barnabas::client
