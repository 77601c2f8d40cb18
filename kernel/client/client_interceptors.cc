#include "kernel/client/client_interceptors.h"

#include "kernel/record/plain_view.h"

namespace barnabas::client {

Status ClientInterceptors::on_send(const sdk::TopicView& topic, host::EditedRecord& record) {
  const auto refused =
      all_.judge(sdk::kProducerRecord, record,
                 [&](sdk::Interceptor& one, const sdk::RecordView& view, sdk::RecordEdit& edit) { return one.on_send(topic, view, edit); });
  return refused ? Status::invalid(*refused) : Status();
}

void ClientInterceptors::on_acknowledged(const sdk::TopicView& topic, const sdk::Outcome& outcome) {
  all_.tell(sdk::kProducerOutcome, [&](sdk::Interceptor& one) { return one.on_acknowledged(topic, outcome); });
}

Result<record::RecordView> ClientInterceptors::on_consume(const sdk::TopicView& topic, const record::RecordView& record) {
  if (!wants(sdk::kConsumerRecord)) return record;
  edited_.assign(record::plain_view(record, plain_headers_));
  const auto refused = all_.judge(
      sdk::kConsumerRecord, edited_,
      [&](sdk::Interceptor& one, const sdk::RecordView& view, sdk::RecordEdit& edit) { return one.on_consume(topic, view, edit); });
  if (refused) return Status::invalid(*refused);
  if (!edited_.changed()) return record;
  // A record is a view of octets as they are stored, so what was changed is stored once more.
  builder_.start({.base_offset = record.offset});
  builder_.append(record::new_record(edited_.view(), new_headers_));
  auto batch = builder_.finish();
  if (!batch) return std::move(batch).status();
  BARNABAS_TRY(reader_.open(record::BatchView(*batch)));
  record::RecordView changed;
  reader_.next(changed);
  BARNABAS_TRY(reader_.take_status());
  return changed;
}

void ClientInterceptors::on_commit(std::string_view topic, std::int32_t partition, std::int64_t offset) {
  sdk::TopicView where;
  where.name = topic;
  where.partition = partition;
  all_.tell(sdk::kConsumerCommit, [&](sdk::Interceptor& one) { return one.on_commit(where, offset); });
}

}  // namespace barnabas::client
