#include "kernel/client/client.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/wire/messages/18_api_versions.h"
#include "kernel/wire/messages/headers.h"

namespace barnabas::client {
namespace {

constexpr std::int16_t kApiVersionsVersion = 3;

}  // namespace

Client::Client(base::Loop& loop, ClientSettings settings) : loop_(loop), settings_(std::move(settings)) {}

Client::~Client() = default;

Client::Broker& Client::broker_at(const base::Address& address) {
  std::unique_ptr<Broker>& broker = brokers_[base::to_string(address)];
  if (broker == nullptr) {
    broker = std::make_unique<Broker>();
    broker->connection = std::make_unique<peer::Connection>(loop_, address, settings_.connection);
  }
  return *broker;
}

Status Client::unreadable(const wire::Schema& request, const Status& why) {
  return Status::corrupt(fmt::format("the answer to {} is not readable: {}", wire::find_api(request.key)->name, message_of(why)));
}

void Client::with_broker(Target target, std::function<void(Result<Broker*>)> then) {
  if (target.node_id < 0 && target.address.port == 0) return try_any(all_addresses(), 0, {}, std::move(then));
  const auto known = nodes_.find(target.node_id);
  if (target.address.port == 0 && known == nodes_.end())
    return then(Status::not_found(fmt::format("broker {} is not known", target.node_id)));
  Broker& broker = broker_at(target.address.port != 0 ? target.address : known->second);
  prepare(broker, [&broker, then = std::move(then)](Status status) {
    if (!status.ok()) return then(std::move(status));
    then(&broker);
  });
}

std::vector<base::Address> Client::all_addresses() const {
  std::vector<base::Address> all = settings_.bootstrap;
  for (const auto& [id, address] : nodes_) {
    const auto is_it = [text = base::to_string(address)](const base::Address& one) { return base::to_string(one) == text; };
    if (std::none_of(all.begin(), all.end(), is_it)) all.push_back(address);
  }
  return all;
}

void Client::try_any(std::vector<base::Address> addresses, std::size_t index, std::string failures,
                     std::function<void(Result<Broker*>)> then) {
  if (index == addresses.size()) return then(Status::unavailable(failures.empty() ? "no bootstrap server was given" : failures));
  Broker& broker = broker_at(addresses[index]);
  prepare(broker, [this, &broker, addresses = std::move(addresses), index, failures = std::move(failures),
                   then = std::move(then)](Status status) mutable {
    if (status.ok()) return then(&broker);
    failures += (failures.empty() ? "" : "; ") + std::string(message_of(status));
    try_any(std::move(addresses), index + 1, std::move(failures), std::move(then));
  });
}

void Client::prepare(Broker& broker, std::function<void(Status)> then) {
  if (broker.knows_versions && broker.waiting.empty() && broker.connection->is_open()) return then({});
  broker.waiting.push_back(std::move(then));
  if (broker.waiting.size() > 1) return;
  broker.knows_versions = false;
  ask_versions(broker, kApiVersionsVersion);
}

void Client::ask_versions(Broker& broker, std::int16_t version) {
  wire::ApiVersionsRequest request;
  request.client_software_name = "barnabas";
  request.client_software_version = "0.1.0";
  exchange(
      broker, wire::ApiKey::kApiVersions, version, [&](std::int16_t v, wire::Buffer& buffer) { return wire::encode(request, v, buffer); },
      [this, &broker, version](Result<sdk::Bytes> body, std::int16_t) {
        if (!body) return finish_versions(broker, std::move(body).status());
        base::Arena arena;
        wire::ApiVersionsResponse response;
        // A broker that does not know the version answers in version 0 whatever was asked.
        const bool refused =
            body->size >= 2 && (*body)[0] == 0 && (*body)[1] == static_cast<std::uint8_t>(wire::ErrorCode::kUnsupportedVersion);
        if (refused && version != 0) return ask_versions(broker, 0);
        if (Status status = wire::decode(*body, version, arena, response); !status.ok())
          return finish_versions(broker, unreadable(wire::ApiVersionsRequest::kSchema, status));
        if (response.error_code != wire::ErrorCode::kNone)
          return finish_versions(
              broker, Status::unsupported(fmt::format("{} refused ApiVersions: {}", base::to_string(broker.connection->address()),
                                                      wire::error_name(response.error_code))));
        broker.versions.clear();
        for (const auto& api : response.api_keys) broker.versions[api.api_key] = {api.min_version, api.max_version};
        broker.knows_versions = true;
        finish_versions(broker, {});
      });
}

void Client::finish_versions(Broker& broker, Status status) {
  const auto waiting = std::exchange(broker.waiting, {});
  for (const auto& then : waiting) then(status.copy());
}

Result<std::int16_t> Client::choose_version(const Broker& broker, const wire::Schema& schema, std::int16_t max_version) const {
  if (schema.key >= wire::kFirstOwnApi) return schema.known.last;  // never listed: a broker that is not ours ends the connection
  const wire::ApiInfo* api = wire::find_api(schema.key);
  const auto found = broker.versions.find(schema.key);
  if (found == broker.versions.end() && settings_.asks_unlisted) return schema.known.last;
  if (found == broker.versions.end())
    return Status::unsupported(fmt::format("{} does not serve {}", base::to_string(broker.connection->address()), api->name));
  const std::int16_t version = std::min({found->second.second, schema.known.last, max_version});
  if (version < found->second.first || version < schema.known.first)
    return Status::unsupported(fmt::format("{} serves {} in versions {} to {}, this program in {} to {}",
                                           base::to_string(broker.connection->address()), api->name, found->second.first,
                                           found->second.second, schema.known.first, std::min(schema.known.last, max_version)));
  return version;
}

std::vector<std::uint8_t> Client::frame_of(Broker& broker, wire::ApiKey key, std::int16_t version, const Encode& encode,
                                           std::int32_t& correlation_id, Status& status) {
  correlation_id = broker.connection->next_correlation_id();
  wire::RequestHeader header;
  header.request_api_key = static_cast<std::int16_t>(key);
  header.request_api_version = version;
  header.correlation_id = correlation_id;
  header.client_id = std::string_view(settings_.client_id);
  wire::Buffer buffer;
  const wire::Buffer::Frame frame = buffer.begin_frame();
  status = wire::encode(header, wire::request_header_version(key, version), buffer);
  if (status.ok()) status = encode(version, buffer);
  buffer.end_frame(frame);
  const sdk::Bytes all = buffer.bytes();
  return {all.begin(), all.end()};
}

void Client::exchange(Broker& broker, wire::ApiKey key, std::int16_t version, const Encode& encode, Decode then) {
  Status status;
  std::int32_t correlation_id = 0;
  auto frame = frame_of(broker, key, version, encode, correlation_id, status);
  if (!status.ok()) return then(std::move(status), version);
  broker.connection->send(std::move(frame), correlation_id, [key, version, then = std::move(then)](Result<sdk::Bytes> octets) {
    if (!octets) return then(std::move(octets).status(), version);
    sdk::Bytes body = *octets;
    base::Arena arena;
    wire::ResponseHeader header;
    if (Status decoded = wire::decode_front(body, wire::response_header_version(key, version), arena, header); !decoded.ok())
      return then(std::move(decoded), version);
    then(body, version);
  });
}

}  // namespace barnabas::client
