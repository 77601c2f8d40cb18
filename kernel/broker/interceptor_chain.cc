#include "kernel/broker/interceptor_chain.h"

#include "kernel/record/batch_view.h"
#include "kernel/record/plain_view.h"

namespace barnabas::broker {

InterceptorChain::InterceptorChain(base::Env& env, const record::Codecs& codecs)
    : codecs_(codecs), all_(env.clock(), [&env](sdk::LogLevel level, std::string_view line) { env.log(level, line); }), reader_(codecs) {}

InterceptorChain::Verdict InterceptorChain::append(const sdk::ClientView& client, const sdk::TopicView& topic, sdk::Bytes octets,
                                                   std::int32_t level, std::size_t max_bytes) {
  Verdict verdict = judge(client, topic, octets, level, max_bytes);
  // What one large batch took is not kept until the next one.
  reader_.give_back();
  if (verdict.batch.data == octets.data) builder_.start({});
  return verdict;
}

InterceptorChain::Verdict InterceptorChain::judge(const sdk::ClientView& client, const sdk::TopicView& topic, sdk::Bytes octets,
                                                  std::int32_t level, std::size_t max_bytes) {
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
    edited_.assign(record::plain_view(record, plain_headers_));
    auto refused = all_.judge(sdk::kBrokerRecord, edited_, [&](sdk::Interceptor& one, const sdk::RecordView& view, sdk::RecordEdit& edit) {
      return one.on_append(client, topic, view, edit);
    });
    if (refused) {
      verdict.rejected = index;
      verdict.reason = *std::move(refused);
      return verdict;
    }
    changed |= edited_.changed();
    builder_.append_at(record.offset, record::new_record(edited_.view(), new_headers_));
  }
  if (verdict.status = reader_.take_status(); !verdict.status.ok() || !changed) return verdict;
  auto built = builder_.finish(std::nullopt, max_bytes);
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
