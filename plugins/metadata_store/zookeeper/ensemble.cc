#include "ensemble.h"

#include <algorithm>

#include "json.h"

namespace barnabas::metadata_zookeeper {
namespace {

using zookeeper::Call;

constexpr int kElections = 10;  // lost to others in a row

// What Kafka 3.9 makes at its start, parents first.
constexpr const char* kFolders[] = {"/consumers",
                                    "/brokers",
                                    kBrokers,
                                    kTopics,
                                    kConfigs,
                                    kConfigChanges,
                                    "/admin",
                                    kDeletions,
                                    "/brokers/seqid",
                                    "/isr_change_notification",
                                    kProducerBlock,
                                    "/log_dir_event_notification",
                                    "/config/topics",
                                    "/config/clients",
                                    "/config/users",
                                    "/config/brokers",
                                    "/config/ips",
                                    "/config/groups",
                                    "/config/client-metrics"};

// The node was not as the operation wants it.
bool is_surprise(int code) { return code == ZNODEEXISTS || code == ZNONODE || code == ZBADVERSION || code == ZNOTEMPTY; }

}  // namespace

std::string foreigner(std::int32_t id, const BrokerNode& node) {
  std::string text = "broker " + std::to_string(id) + " is registered";
  if (!node.endpoints.empty()) text += " (" + node.endpoints.front().host + ':' + std::to_string(node.endpoints.front().port) + ')';
  return text + " and is none of Barnabas: it would not take its part in a cluster with this one";
}

Status Ensemble::failure(int code, std::string_view doing, std::string_view path) const {
  std::string text = name();
  text.append(": ").append(doing).append(" ").append(path).append(": ").append(zerror(code));
  if (code == ZNOAUTH || code == ZINVALIDACL || code == ZAUTHFAILED)
    return Status::invalid(text + "; the nodes belong to another user: look at the option auth");
  if (code == ZMARSHALLINGERROR) return Status::corrupt(text);
  return Status::unavailable(text);
}

Status Ensemble::connect() {
  BARNABAS_TRY(keeper_.open());
  const int code = keeper_.wait(keeper_.exists("/"));
  if (code == ZNONODE) {
    const std::string& servers = keeper_.address().servers;
    return Status::invalid(name() + ": there is no node " + servers.substr(std::min(servers.find('/'), servers.size())) +
                           ": the path behind the servers (the chroot) has to be there");
  }
  return code == ZOK ? Status() : failure(code, "reading", "/");
}

Result<std::string> Ensemble::cluster_id() {
  const Call migration = keeper_.exists(kMigration);
  const Call call = keeper_.get(kClusterId);
  const int code = keeper_.wait(call);
  if (code != ZOK && code != ZNONODE) return failure(code, "reading", kClusterId);
  if (const int migrating = keeper_.wait(migration); migrating != ZNONODE) {
    if (migrating != ZOK) return failure(migrating, "reading", kMigration);
    return Status::invalid(name() + ": its cluster is being moved to KRaft (there is a node " + kMigration + "), or was");
  }
  if (code == ZNONODE) return std::string();
  auto id = parse_cluster_id(call->data);
  if (!id) return Status::corrupt(name() + ": znode " + kClusterId + ": " + std::string(message_of(id.status())));
  return id;
}

Status Ensemble::make(const std::string& path, const std::string& data, bool has_data) {
  const int code = keeper_.wait(keeper_.create({.kind = Operation::Kind::kCreate, .path = path, .data = data, .has_data = has_data}));
  if (code == ZOK) return {};
  if (code == ZNODEEXISTS) return Status::error(Code::kExists, name() + ": there is a node " + path);
  return failure(code, "making", path);
}

Status Ensemble::make_cluster(const std::string& id) {
  if (Status status = make("/cluster", "", false); !status.ok() && status.code() != Code::kExists) return status;
  return make(kClusterId, print_cluster_id(id), true);
}

Status Ensemble::make_folders() {
  for (const char* folder : kFolders)
    if (Status status = make(folder, "", false); !status.ok() && status.code() != Code::kExists) return status;
  if (Status status = make(kFeature, print(FeatureNode()), true); !status.ok() && status.code() != Code::kExists) return status;
  return {};
}

Status Ensemble::register_broker(std::int32_t id, const BrokerNode& node, std::int64_t& epoch) {
  const std::string path = broker_path(id);
  const std::string data = print(node);
  const Operation create{.kind = Operation::Kind::kCreate, .path = path, .data = data, .is_ephemeral = true};
  int code = keeper_.wait(keeper_.create(create));
  if (code != ZOK && code != ZNODEEXISTS) return failure(code, "making", path);
  const bool is_old = code == ZNODEEXISTS;
  const Call call = keeper_.get(path, Watch::kYes);
  code = keeper_.wait(call);
  if (code != ZOK) return failure(code, "reading", path);
  if (call->owner != keeper_.session())
    return Status::error(Code::kExists, name() + ": another session has the broker id " + std::to_string(id) + ": " + call->data);
  if (is_old && call->data != data) {
    code = keeper_.wait(keeper_.set(path, data));
    if (code != ZOK) return failure(code, "writing", path);
  }
  epoch = call->created;
  return {};
}

Result<Office> Ensemble::office(std::int32_t node_id) {
  Call epoch;
  Call now;
  int epoch_code = ZOK;
  int code = ZOK;
  for (int look = 0; look < kElections; ++look) {
    epoch = keeper_.get(kControllerEpoch);
    now = keeper_.get(kController);
    const Call epoch_after = keeper_.get(kControllerEpoch);
    epoch_code = keeper_.wait(epoch);
    code = keeper_.wait(now);
    // Otherwise another one took office between the answers, and it would be told with the epoch of the one before.
    if (keeper_.wait(epoch_after) != ZOK || epoch_code != ZOK || epoch_after->version == epoch->version) break;
  }
  if (code != ZOK && code != ZNONODE) return failure(code, "reading", kController);
  if (epoch_code != ZOK && epoch_code != ZNONODE) return failure(epoch_code, "reading", kControllerEpoch);
  Office office;
  std::int64_t last = 0;
  if (epoch_code == ZOK) {
    if (!read_decimal(epoch->data, last) || last < 0 || last >= INT32_MAX)
      return Status::corrupt(name() + ": znode " + kControllerEpoch + ": it is no number");
    office.epoch_version = epoch->version;
  }
  office.epoch = static_cast<std::int32_t>(last);
  if (code == ZNONODE) return office;
  const auto controller = parse_controller(now->data);
  if (!controller) return Status::corrupt(name() + ": znode " + kController + ": " + std::string(message_of(controller.status())));
  if (controller->kraft_epoch >= 0)
    return Status::invalid(name() + ": a KRaft controller is in office: its cluster is being moved to KRaft");
  office.is_held = true;
  office.is_self = now->owner == keeper_.session();
  const bool is_earlier = !office.is_self && controller->broker == node_id;
  if (!is_earlier) office.leader = controller->broker;
  return office;
}

Result<Office> Ensemble::campaign(std::int32_t node_id, std::int64_t wall_ms) {
  for (int election = 0; election < kElections; ++election) {
    // A watch on the node is one on its coming, too.
    keeper_.wait(keeper_.exists(kController, Watch::kYes));
    auto now = office(node_id);
    if (!now || now->is_held) return now;
    if (now->epoch_version < 0) {
      if (Status status = make(kControllerEpoch, "0", true); !status.ok() && status.code() != Code::kExists) return status;
      continue;
    }
    const std::int32_t next = now->epoch + 1;
    const int won = keeper_.wait(keeper_.multi(
        {{.kind = Operation::Kind::kCreate, .path = kController, .data = print(ControllerNode{node_id, wall_ms, -1}), .is_ephemeral = true},
         {.kind = Operation::Kind::kSet, .path = kControllerEpoch, .data = std::to_string(next), .version = now->epoch_version}}));
    if (won == ZOK)
      return Office{.leader = node_id, .epoch = next, .epoch_version = now->epoch_version + 1, .is_held = true, .is_self = true};
    if (!is_surprise(won)) return failure(won, "making", kController);
  }
  return Status::unavailable(name() + ": others win every election, and lose their office at once");
}

Result<Tree> Ensemble::look_around(std::int32_t node_id) {
  if (const auto now = office(node_id); !now) return now.status().copy();
  auto all = read(Watch::kNo);
  if (!all) return all;
  for (const auto& [id, broker] : all->brokers())
    if (id != node_id && !broker.node.is_ours) return Status::invalid(name() + ": " + foreigner(id, broker.node) + ": stop it first");
  return all;
}

Status Ensemble::write_one(const Operations& operations, const Office& office, bool is_first) {
  Operations list{{.kind = Operation::Kind::kCheck, .path = kControllerEpoch, .version = office.epoch_version}};
  list.insert(list.end(), operations.begin(), operations.end());
  const Call call = keeper_.multi(list);
  const int code = keeper_.wait(call);
  if (code == ZOK) return {};
  const auto after_first = [&](Code otherwise, const std::string& text) {
    return Status::error(is_first ? otherwise : Code::kUnknown, text);
  };
  if (is_surprise(code)) {
    const std::lock_guard guard(call->lock);
    if (call->results.front().err != ZOK && call->results.front().err != ZRUNTIMEINCONSISTENCY)
      return after_first(Code::kFenced, name() + ": another controller has epoch " + std::to_string(office.epoch + 1) + " or a later one");
    return after_first(Code::kUnavailable, name() + ": somebody else has changed what was to be written: " + zerror(code));
  }
  if (code == ZINVALIDSTATE || code == ZBADARGUMENTS) return after_first(Code::kUnavailable, name() + ": " + zerror(code));
  return Status::error(Code::kUnknown, name() + ": it is not known whether it was written: " + zerror(code));
}

Status Ensemble::write(const std::vector<Operations>& requests, const Office& office) {
  bool is_first = true;
  for (const Operations& operations : requests) BARNABAS_TRY(write_one(operations, office, std::exchange(is_first, false)));
  return {};
}

Status Ensemble::finish(Tree& tree, const Office& office, const std::function<Uuid()>& new_id) {
  std::vector<Operations> requests;
  for (const std::string& topic : tree.deletions())
    for (Operations& request : plan_deletion(topic, tree)) requests.push_back(std::move(request));
  for (const auto& [name, topic] : tree.topics()) {
    if (topic.node.id || topic.node.replicas.empty() || tree.is_deleted(name)) continue;
    TopicNode node = topic.node;
    node.id = new_id();
    requests.push_back({{.kind = Operation::Kind::kSet, .path = topic_path(name), .data = print(node), .version = topic.version}});
  }
  BARNABAS_TRY(write(requests, office));
  return put_all(requests, tree);
}

}  // namespace barnabas::metadata_zookeeper
