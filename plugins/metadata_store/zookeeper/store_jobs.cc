#include "store_jobs.h"

#include "kernel/base/arena.h"
#include "kernel/wire/messages/record_brokers.h"

namespace barnabas::metadata_zookeeper {

Status ZookeeperStore::Establishing::check_cluster() {
  auto found = ensemble->cluster_id();
  if (!found) return std::move(found).status();
  if (found->empty() && !cluster_id.empty())
    return Status::not_found(ensemble->name() + " has no cluster, and this node belongs to cluster " + cluster_id);
  if (!found->empty() && !cluster_id.empty() && *found != cluster_id)
    return Status::invalid(ensemble->name() + " has cluster " + *found + ", and this node belongs to cluster " + cluster_id);
  cluster_id = *found;
  return {};
}

Status ZookeeperStore::Establishing::begin_cluster() {
  if (cluster_id.empty()) {
    if (Status status = ensemble->make_cluster(new_cluster_id); !status.ok() && status.code() != Code::kExists) return status;
    auto found = ensemble->cluster_id();
    if (!found) return std::move(found).status();
    cluster_id = *found;
  }
  return ensemble->make_folders();
}

Status ZookeeperStore::Establishing::run() {
  if (connects) {
    ensemble->close();
    Status belongs = ensemble->connect();
    if (belongs.ok()) belongs = check_cluster();
    is_elsewhere = belongs.code() == Code::kInvalid || belongs.code() == Code::kNotFound;
    BARNABAS_TRY(std::move(belongs));
    session_ms = ensemble->session_ms();
  }
  if (is_first) {
    // What cannot be is found before anything is written.
    ensemble->watch_broker(node_id);
    auto found = ensemble->look_around(node_id);
    if (!found) return std::move(found).status();
    tree = *std::move(found);
    has_read = tree.brokers().contains(node_id);
    if (has_read) return {};  // another session has this node's id
  }
  if (connects || is_first) BARNABAS_TRY(begin_cluster());
  if (connects && registration) {
    std::int64_t epoch = -1;
    registering = ensemble->register_broker(node_id, *registration, epoch);
    if (registering.ok()) registered_epoch = epoch;
    if (!registering.ok() && registering.code() != Code::kExists) return registering.copy();
  }
  return take_office();
}

Status ZookeeperStore::Establishing::take_office() {
  auto won = ensemble->campaign(node_id, wall_ms);
  if (!won) return std::move(won).status();
  office = *won;
  is_same = !connects && office == before && office.leader >= 0;
  if (is_same && !reads) return {};
  if (!office.is_self && office.leader >= 0) ensemble->watch_broker(office.leader);
  auto all = ensemble->read(office.is_self ? Watch::kYes : Watch::kNo);
  if (!all) return std::move(all).status();
  tree = *std::move(all);
  has_read = true;
  if (!office.is_self) return {};
  std::uint64_t number = 0;
  return ensemble->finish(tree, office, [&] {
    Uuid id = new_topic_ids;
    for (int i = 0; i < 8; ++i) id.octets[8 + i] ^= static_cast<std::uint8_t>(number >> (8 * i));
    ++number;
    return id;
  });
}

Status ZookeeperStore::Proposal::run(Ensemble& ensemble, const Tree& tree, const std::atomic<std::uint64_t>& current_line) {
  if (line != current_line) return Status::unavailable("a proposal before this one has failed");
  if (!ensemble.is_open()) return Status::unavailable(ensemble.name() + " is away");
  const std::vector<sdk::Bytes> views = records.views();
  auto planned = plan(views, tree, office.epoch);
  if (!planned) return std::move(planned).status();
  requests = *std::move(planned);
  return ensemble.write(requests, office);
}

Result<BrokerNode> node_of(sdk::Bytes registration, std::int64_t wall_ms) {
  constexpr const char* kProtocols[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};
  const auto frame = record::parse_frame(registration);
  if (!frame) return frame.status().copy();
  if (frame->type != static_cast<std::uint32_t>(wire::RegisterBrokerRecord::kSchema.key))
    return Status::invalid("a broker is registered by a RegisterBrokerRecord");
  base::Arena arena;
  wire::RegisterBrokerRecord record;
  BARNABAS_TRY(wire::decode(frame->body, static_cast<int>(frame->version), arena, record));
  BrokerNode node;
  for (const auto& endpoint : record.end_points) {
    if (endpoint.security_protocol < 0 || endpoint.security_protocol > 3) return Status::invalid("a listener with an unknown protocol");
    node.endpoints.push_back(
        {std::string(endpoint.name), kProtocols[endpoint.security_protocol], std::string(endpoint.host), endpoint.port});
  }
  if (record.rack) node.rack = std::string(*record.rack);
  node.timestamp_ms = wall_ms;
  node.is_ours = true;
  return node;
}

}  // namespace barnabas::metadata_zookeeper
