// UpdateFeatures: the finalized levels of features, such as whether consumers may use the new group protocol. One bad update fails all.
#include "kernel/wire/messages/57_update_features.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {

using Response = wire::UpdateFeaturesResponse;
using Result = ElementOf<&Response::results>;

void update_features(Call& call) {
  wire::UpdateFeaturesRequest request;
  if (!call.read(request)) return;
  controller::UpdateFeaturesRequest wanted;
  wanted.validate_only = request.validate_only;
  // Version 0 has a flag for downgrades that Apache Kafka does not look at any more; the type is an upgrade there.
  for (const auto& update : request.feature_updates)
    wanted.updates.push_back(
        {std::string(update.feature), update.max_version_level, static_cast<controller::FeatureChange>(update.upgrade_type)});
  std::vector<std::string> names;
  for (const auto& update : wanted.updates) names.push_back(update.feature);
  call.shard.broker.ask_controller<controller::UpdateFeaturesReply>(
      call,
      [wanted = std::move(wanted)](controller::Controller& controller, auto reply) {
        controller.update_features(wanted, std::move(reply));
      },
      [names = std::move(names)](Call& waiting, const controller::UpdateFeaturesReply& reply) {
        Response response;
        response.error_code = reply.error;
        response.error_message.reset();
        if (!reply.message.empty()) response.error_message = error_text(reply.message);
        if (reply.ok() && waiting.api_version < 2) {
          const auto results = waiting.arena.array<Result>(names.size());
          for (std::size_t i = 0; i < results.size(); ++i) {
            results[i].feature = names[i];
            results[i].error_message = std::string_view("NONE");  // as Kafka words a success
          }
          response.results = results;
        }
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
