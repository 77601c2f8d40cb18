#include "tools/barnabas/consume/group_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "tools/barnabas/property_reader.h"

namespace barnabas::tools {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::vector<std::string> list(const std::string& text) {
  std::vector<std::string> items;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::string item = text.substr(at, comma - at);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    if (!item.empty()) items.push_back(std::move(item));
    at = comma + 1;
  }
  return items;
}

constexpr std::int64_t kLeastAgeMs = 100;  // 0 means that what is known is never new enough

Status read_values(const PropertyReader& reader, GroupSettings& settings) {
  client::MemberSettings& member = settings.session.member;
  BARNABAS_TRY(reader.number("session.timeout.ms", member.session_timeout_ms, 1));
  BARNABAS_TRY(reader.number("max.poll.interval.ms", member.rebalance_timeout_ms, 1));
  BARNABAS_TRY(reader.number("heartbeat.interval.ms", member.heartbeat_interval_ms, 1));
  BARNABAS_TRY(reader.number("retry.backoff.ms", member.retry_backoff_ms, 1));
  BARNABAS_TRY(reader.number("retry.backoff.max.ms", member.retry_backoff_max_ms, 1));
  BARNABAS_TRY(reader.number("metadata.max.age.ms", settings.session.metadata_max_age_ms, std::int64_t{0}));
  settings.session.metadata_max_age_ms = std::max(settings.session.metadata_max_age_ms, kLeastAgeMs);
  BARNABAS_TRY(reader.number("auto.commit.interval.ms", settings.auto_commit_interval_ms, std::int64_t{0}));
  return reader.flag("enable.auto.commit", settings.auto_commit);
}

Status choose_protocol(const PropertyReader& reader, client::SessionSettings& session) {
  const std::string protocol = lower_case(reader.text("group.protocol", "classic"));
  if (protocol != "classic" && protocol != "consumer")
    return Status::invalid(fmt::format(
        "Invalid value {} for configuration group.protocol: String must be one of (case insensitive): CLASSIC, CONSUMER", protocol));
  const std::string remote = reader.text("group.remote.assignor");
  if (protocol == "classic") {
    if (!remote.empty()) return Status::invalid("group.remote.assignor cannot be set when group.protocol=CLASSIC");
    return {};
  }
  for (const char* name : {"partition.assignment.strategy", "session.timeout.ms", "heartbeat.interval.ms"})
    if (!reader.text(name).empty()) return Status::invalid(fmt::format("{} cannot be set when group.protocol=CONSUMER", name));
  session.protocol = client::GroupProtocol::kConsumer;
  if (!remote.empty()) session.remote_assignor = remote;
  return {};
}

}  // namespace

Result<GroupSettings> group_settings(const std::string& group, const Properties& properties) {
  const PropertyReader reader(properties);
  GroupSettings settings;
  client::MemberSettings& member = settings.session.member;
  member.group_id = reader.text("group.id");
  if (!group.empty() && !member.group_id.empty() && group != member.group_id)
    return Status::invalid(
        fmt::format("The group ids provided in different places (directly using '--group', via '--consumer-property', or "
                    "via '--consumer.config') do not match. Detected group ids: '{}', '{}'",
                    group, member.group_id));
  if (!group.empty()) member.group_id = group;
  if (const std::string instance = reader.text("group.instance.id"); !instance.empty()) member.instance_id = instance;
  if (const std::string rack = reader.text("client.rack"); !rack.empty()) settings.session.rack = rack;
  if (Status status = choose_protocol(reader, settings.session); !status.ok()) return status;
  settings.assignors = list(reader.text("partition.assignment.strategy", "range"));
  if (settings.assignors.empty()) return Status::invalid("partition.assignment.strategy names no assignor");
  settings.session.require_stable = reader.text("isolation.level") == "read_committed";
  if (Status status = read_values(reader, settings); !status.ok()) return status;
  if (member.heartbeat_interval_ms >= member.session_timeout_ms)
    return Status::invalid("heartbeat.interval.ms must be less than session.timeout.ms");
  return settings;
}

}  // namespace barnabas::tools
