// What a new leader writes first, and blocks of producer ids.
#include <fmt/format.h>

#include "kernel/controller/broker_epoch.h"
#include "kernel/controller/decide.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::controller {
namespace {
constexpr std::int32_t kBlock = 1000;
}

void activate(Draft& draft) {
  if (draft.level() == 0) {
    for (const auto& [name, level] : catalog::default_features(catalog::kLatestMetadataLevel)) {
      wire::FeatureLevelRecord record;
      record.name = name;
      record.feature_level = level;
      draft.add(record);
    }
  }
  secure_min_isr(draft);
}

void secure_min_isr(Draft& draft) {
  if (!draft.elr_enabled() || draft.image().config(ResourceType::kBroker, "", "min.insync.replicas") != nullptr) return;
  const std::string value = draft.around.configs.effective("min.insync.replicas").value.value_or("1");
  wire::ConfigRecord record;
  record.resource_type = static_cast<std::int8_t>(ResourceType::kBroker);
  record.resource_name = "";
  record.name = "min.insync.replicas";
  record.value = std::string_view(value);
  draft.add(record);
}

ProducerIdsReply decide(const ProducerIdsRequest& request, Draft& draft) {
  if (Outcome problem = check_broker_epoch(draft.image(), request.broker_id, request.broker_epoch); !problem.ok())
    return refuse(request, problem);
  ProducerIdsReply reply;
  reply.first = draft.image().producer_ids().next;
  reply.count = kBlock;
  if (reply.first > INT64_MAX - kBlock)
    return refuse(request, {ErrorCode::kUnknownServerError,
                            "Exhausted all producerIds as the next block's end producerId has exceeded the int64 type limit"});
  wire::ProducerIdsRecord record;
  record.broker_id = request.broker_id;
  record.broker_epoch = request.broker_epoch;
  record.next_producer_id = reply.first + kBlock;
  draft.add(record);
  return reply;
}

}  // namespace barnabas::controller
