// The registration of a broker.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernel/base/uuid.h"
#include "kernel/catalog/features.h"
#include "kernel/controller/decide.h"
#include "kernel/controller/leaders.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_brokers.h"

namespace barnabas::controller {
namespace {

Outcome check_directories(const BrokerRegistration& request, Draft& draft) {
  const auto refuse = [](std::string message) { return Outcome{ErrorCode::kInvalidRegistration, std::move(message)}; };
  if (!catalog::allows_directories(draft.level())) return {};
  if (request.directories.empty()) return refuse("No directories specified in request");
  const std::set<Uuid> own(request.directories.begin(), request.directories.end());
  if (own.size() != request.directories.size()) return refuse("Duplicate directory ID in request");
  for (const auto& [id, broker] : draft.image().brokers()) {
    if (id == request.id) continue;
    for (const Uuid& directory : broker->directories)
      if (own.count(directory) != 0) return refuse(fmt::format("Broker {} is already using directory {}", id, base::to_string(directory)));
  }
  return {};
}

// Levels that stand in the metadata because Apache Kafka's format has them, and that no broker of this program has.
bool is_only_written(std::string_view name, std::int16_t level) {
  const auto served = std::ranges::find(catalog::served_features(), name, &catalog::SupportedFeature::name);
  return served != catalog::served_features().end() && level > served->max_level;
}

Outcome check_features(const BrokerRegistration& request, const catalog::Image& image) {
  for (const auto& [name, level] : image.features()) {
    const auto range =
        std::find_if(request.features.begin(), request.features.end(), [&, &n = name](const auto& f) { return f.name == n; });
    const std::int16_t least = range == request.features.end() ? std::int16_t{0} : range->min_level;
    const std::int16_t most = range == request.features.end() ? std::int16_t{0} : range->max_level;
    if (is_only_written(name, level)) continue;
    if (level < least || level > most)
      return {ErrorCode::kUnsupportedVersion,
              fmt::format("Unable to register because the broker does not support finalized version {} of {}. The broker wants a "
                          "version between {} and {}, inclusive.",
                          level, name, least, most)};
  }
  return {};
}

Outcome check(const BrokerRegistration& request, Draft& draft) {
  const catalog::Image& image = draft.image();
  if (!draft.around.cluster_id.empty() && request.cluster_id != draft.around.cluster_id)
    return {ErrorCode::kInconsistentClusterId,
            fmt::format("Expected cluster ID {}, but got cluster ID {}", draft.around.cluster_id, request.cluster_id)};
  const catalog::Broker* before = image.broker(request.id);
  if (before != nullptr && before->incarnation != request.incarnation &&
      draft.around.sessions.alive(request.id, before->epoch, draft.around.now_ns))
    return {ErrorCode::kDuplicateBrokerRegistration,
            "Another broker is registered with that broker id. If the broker was recently restarted this should self-resolve "
            "once the heartbeat manager expires the broker's session."};
  if (Outcome problem = check_directories(request, draft); !problem.ok()) return problem;
  return check_features(request, image);
}

// call(record, version) with the registration as a record.
template <class Call>
void make_record(const BrokerRegistration& request, std::int64_t epoch, const catalog::Broker* same, std::int16_t level, Call&& call) {
  std::vector<wire::RegisterBrokerRecord::BrokerEndpoint> endpoints;
  for (const catalog::Endpoint& e : request.endpoints) {
    auto& view = endpoints.emplace_back();
    view.name = e.name;
    view.host = e.host;
    view.port = e.port;
    view.security_protocol = e.security_protocol;
  }
  std::vector<wire::RegisterBrokerRecord::BrokerFeature> features;
  for (const catalog::FeatureRange& f : request.features) {
    auto& view = features.emplace_back();
    view.name = f.name;
    view.min_supported_version = f.min_level;
    view.max_supported_version = f.max_level;
  }
  const int version = catalog::register_broker_version(level);
  wire::RegisterBrokerRecord record;
  record.broker_id = request.id;
  record.incarnation_id = request.incarnation;
  record.broker_epoch = epoch;
  record.end_points = endpoints;
  record.features = features;
  record.rack.reset();
  if (request.rack) record.rack = std::string_view(*request.rack);
  record.fenced = same == nullptr || same->fenced;
  record.in_controlled_shutdown = version >= 1 && same != nullptr && same->in_controlled_shutdown;
  if (version >= 3) record.log_dirs = request.directories;
  if (version >= 4 && request.cordoned_directories) record.cordoned_log_dirs = std::span<const Uuid>(*request.cordoned_directories);
  call(record, version);
}

void write(const BrokerRegistration& request, std::int64_t epoch, const catalog::Broker* same, Draft& draft) {
  make_record(request, epoch, same, draft.level(), [&](const auto& record, int version) { draft.add(record, version); });
}

}  // namespace

catalog::FramedRecords registration_record(const BrokerRegistration& request, std::int16_t level) {
  catalog::FramedRecords records;
  make_record(request, -1, nullptr, level, [&](const auto& record, int version) { records.add(record, version); });
  return records;
}

RegistrationReply decide(const BrokerRegistration& request, Draft& draft) {
  RegistrationReply reply;
  static_cast<Outcome&>(reply) = check(request, draft);
  if (!reply.ok()) return reply;
  const std::shared_ptr<const catalog::Image> image = draft.mark().image;
  const catalog::Broker* before = image->broker(request.id);
  if (before != nullptr && before->incarnation == request.incarnation) {
    reply.epoch = before->epoch;  // asked again, because the answer was lost
    write(request, reply.epoch, before, draft);
  } else {
    const auto in_sync = [&](const catalog::Partition& p) {
      return std::find(p.isr.begin(), p.isr.end(), request.id) != p.isr.end() ||
             std::find(p.elr.begin(), p.elr.end(), request.id) != p.elr.end();
    };
    const bool clean = before == nullptr || request.previous_epoch == before->epoch || !draft.elr_enabled();
    const BrokerEvent event = clean ? BrokerEvent{request.id, {}, {}} : BrokerEvent{{}, {}, request.id};
    if (before != nullptr && !update_leaders(draft, event, in_sync)) return reply;
    reply.epoch = draft.next_offset();
    write(request, reply.epoch, nullptr, draft);
  }
  draft.around.sessions.touch(request.id, reply.epoch, draft.around.now_ns);
  return reply;
}

}  // namespace barnabas::controller
