#include "kernel/broker/interceptor_chain.h"

#include "kernel/record/batch_view.h"

namespace barnabas::broker {

InterceptorChain::InterceptorChain(base::Env& env, const record::Codecs& codecs)
    : codecs_(codecs), all_(env.clock(), [&env](sdk::LogLevel level, std::string_view line) { env.log(level, line); }), reader_(codecs) {}

void InterceptorChain::take(const record::RecordView& record) {
  taken_headers_.clear();
  for (const record::Header& header : record.headers)
    taken_headers_.push_back({header.key, header.value.value_or(sdk::Bytes()), header.value.has_value()});
  edited_.assign({record.offset, record.timestamp_ms, record.key.value_or(sdk::Bytes()), record.value.value_or(sdk::Bytes()),
                  record.key.has_value(), record.value.has_value(), taken_headers_.data(), taken_headers_.size()});
}

void InterceptorChain::give(record::BatchBuilder& builder) {
  const sdk::RecordView& record = edited_.view();
  given_headers_.clear();
  for (std::size_t i = 0; i < record.header_count; ++i) {
    const sdk::HeaderView& header = record.headers[i];
    given_headers_.push_back({std::string_view(header.key), header.has_value ? std::optional(header.value) : std::nullopt});
  }
  builder.append_at(record.offset, {.timestamp_ms = record.timestamp_ms,
                                    .key = record.has_key ? std::optional(record.key) : std::nullopt,
                                    .value = record.has_value ? std::optional(record.value) : std::nullopt,
                                    .headers = given_headers_});
}

InterceptorChain::Verdict InterceptorChain::append(const sdk::ClientView& client, const sdk::TopicView& topic, sdk::Bytes octets,
                                                   std::int32_t level) {
  Verdict verdict;
  verdict.batch = octets;
  const record::BatchView batch(octets);
  const record::BatchHeader header = batch.header();
  if (verdict.status = reader_.open(batch); !verdict.status.ok()) return verdict;
  builder_.start({.base_offset = header.base_offset(),
                  .leader_epoch = header.leader_epoch(),
                  .producer_id = header.producer_id(),
                  .producer_epoch = header.producer_epoch(),
                  .base_sequence = header.base_sequence(),
                  .transactional = header.transactional(),
                  .codec = codecs_.find(header.codec()),
                  .level = level});
  bool changed = false;
  std::int32_t index = 0;
  for (record::RecordView record; reader_.next(record); ++index) {
    take(record);
    auto refused = all_.judge(sdk::kBrokerRecord, edited_, [&](sdk::Interceptor& one, const sdk::RecordView& view, sdk::RecordEdit& edit) {
      return one.on_append(client, topic, view, edit);
    });
    if (refused) {
      verdict.rejected = index;
      verdict.reason = *std::move(refused);
      return verdict;
    }
    changed |= edited_.changed();
    give(builder_);
  }
  if (verdict.status = reader_.take_status(); !verdict.status.ok() || !changed) return verdict;
  auto built = builder_.finish();
  if (!built) {
    verdict.status = std::move(built).status();
  } else {
    verdict.batch = *built;
  }
  return verdict;
}

void InterceptorChain::appended(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome) {
  all_.tell(sdk::kBrokerAppended, [&](sdk::Interceptor& one) { return one.on_appended(client, topic, outcome); });
}

void InterceptorChain::fetched(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome) {
  all_.tell(sdk::kBrokerFetched, [&](sdk::Interceptor& one) { return one.on_fetched(client, topic, outcome); });
}

}  // namespace barnabas::broker
