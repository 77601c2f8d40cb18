#include "kernel/quorum/observer.h"

#include <fmt/format.h>

#include "kernel/wire/errors.h"
#include "kernel/wire/messages/60_describe_cluster.h"

namespace barnabas::quorum {
namespace {

constexpr std::int8_t kBrokerEndpoints = 1;
constexpr std::int8_t kControllerEndpoints = 2;
constexpr std::int64_t kRetryNs = 100'000'000;

client::ClientSettings client_settings() {
  client::ClientSettings settings;
  settings.client_id = "barnabas-quorum";
  settings.connection.connect_timeout_ns = settings.connection.request_timeout_ns = 2'000'000'000;
  return settings;
}

std::string listed(const std::vector<Candidate>& candidates) {
  std::string text;
  for (const Candidate& one : candidates) text += (text.empty() ? "" : ", ") + base::to_string(one.address);
  return text;
}

}  // namespace

Observer::Observer(base::Loop& loop, Settings settings, Follower& follower, Follower::Log log)
    : loop_(loop),
      settings_(std::move(settings)),
      follower_(follower),
      log_line_(std::move(log)),
      questions_(loop, client_settings()),
      patience_(loop,
                [this] {
                  const std::string& why = follower_.last_failure().empty() ? failure_ : follower_.last_failure();
                  finish_start(Status::unavailable(
                      fmt::format("no controller of {} answers{}{}", listed(settings_.controllers), why.empty() ? "" : ": ", why)));
                }),
      retry_(loop, [this] { identify(); }) {}

Status Observer::identity(sdk::MetadataIdentity& identity) noexcept {
  identity.formatted = true;
  identity.cluster_id = sdk::Text(cluster_id_);
  return {};
}

sdk::MetadataAbilities Observer::abilities() noexcept {
  sdk::MetadataAbilities abilities;
  abilities.knows_offsets = abilities.keeps_records = abilities.follows = true;
  return abilities;
}

Status Observer::propose(const sdk::MetadataProposal&, sdk::Completion&) noexcept {
  return Status::error(Code::kFenced, "this node is no controller");
}
Status Observer::open_session(sdk::Bytes, sdk::Completion&) noexcept { return Status::unsupported("brokers register with the controller"); }
Status Observer::keep_snapshot(sdk::MetadataPosition, sdk::MetadataRecords&, sdk::Completion&) noexcept {
  return Status::unsupported("the controllers keep the snapshots");
}

Status Observer::start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) noexcept {
  cluster_id_ = std::string(std::string_view(start.cluster_id));
  listener_ = &listener;
  starting_ = &completion;
  patience_.start(settings_.patience_ns);
  base::post(loop_, [this] { identify(); });
  return {};
}

// A new broker belongs to whatever cluster its controllers are of.
void Observer::identify() {
  if (listener_ == nullptr) return;
  if (!cluster_id_.empty()) return follow();
  ask_for_id(kControllerEndpoints);
}

void Observer::ask_for_id(std::int8_t endpoint_type) {
  wire::DescribeClusterRequest request;
  request.endpoint_type = endpoint_type;
  const base::Address& at = settings_.controllers[next_ % settings_.controllers.size()].address;
  questions_.call<wire::DescribeClusterResponse>(
      client::Target::at(at), request,
      [this, endpoint_type, alive = std::weak_ptr(alive_)](Result<client::Reply<wire::DescribeClusterResponse>> reply) {
        if (alive.expired() || listener_ == nullptr) return;
        if (reply && reply->response.error_code == wire::ErrorCode::kNone) {
          cluster_id_ = std::string(reply->response.cluster_id);
          return follow();
        }
        // The controller of one of our own clusters may be a broker too.
        if (reply && reply->response.error_code == wire::ErrorCode::kMismatchedEndpointType && endpoint_type == kControllerEndpoints)
          return ask_for_id(kBrokerEndpoints);
        not_identified(reply ? std::string(wire::error_name(reply->response.error_code)) : std::string(message_of(reply.status())));
      });
}

void Observer::not_identified(std::string why) {
  // Once for each candidate, not once for each question.
  if (next_ < settings_.controllers.size())
    log_line_(sdk::LogLevel::kWarn, fmt::format("the controllers are asked for their cluster: {}", why));
  failure_ = std::move(why);
  ++next_;
  retry_.start(kRetryNs);
}

void Observer::follow() {
  follower_.on_progress = [this] {
    if (follower_.is_caught_up()) finish_start({});
  };
  follower_.follow(settings_.controllers, cluster_id_, *listener_);
}

void Observer::finish_start(Status status) {
  if (starting_ == nullptr) return;
  patience_.cancel();
  std::exchange(starting_, nullptr)->done(std::move(status));
}

Status Observer::stop(sdk::Completion& completion) noexcept {
  listener_ = nullptr;
  retry_.cancel();
  follower_.stop();
  base::post(loop_, [this, &completion] {
    finish_start(Status::error(Code::kUnknown, "the broker is being stopped"));
    completion.done({});
  });
  return {};
}

}  // namespace barnabas::quorum
