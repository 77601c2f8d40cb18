#include "offset_store/zookeeper/zookeeper_server.h"

#include "offset_store/offset_json.h"
#include "offset_store/place.h"
#include "offset_store/zookeeper/chunks.h"
#include "offset_store/zookeeper/node_name.h"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace barnabas::offsets_zookeeper {
namespace {

using offset_store::OwnedWrite;

constexpr const char* kRoot = "/barnabas";
constexpr const char* kSchema = "barnabas offset_store 1";
constexpr const char* kPlace = "/barnabas/place:";  // no cluster: node_name() leaves no colon
constexpr std::string_view kOffset = "offset:";
constexpr std::string_view kRecord = "record:";
// A request of a client may have 1 MiB (jute.maxbuffer).
constexpr std::uint64_t kMostWriteBytes = 8u << 20;
constexpr std::size_t kMostRequestBytes = 1'000'000;
constexpr std::size_t kOperationBytes = 80;  // what stands around a path and its data
constexpr std::uint64_t kTogetherBytes = 100u << 10;
constexpr std::size_t kTogetherKeys = 500;
constexpr int kAttempts = 4;

std::string home_data(std::int32_t epoch) { return "{\"epoch\":" + std::to_string(epoch) + "}"; }

bool parse_home(std::string_view text, std::int32_t& epoch) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object() || !value.get_object().contains("epoch")) return false;
  epoch = value.get_object().at("epoch").to_number<std::int32_t>(error);
  return !error;
}

std::string offset_name(std::string_view topic, std::int32_t partition) {
  return std::string(kOffset) + node_name(topic) + ":" + std::to_string(partition);
}

bool parse_offset_name(std::string_view name, offset_store::OwnedOffset& offset) {
  name.remove_prefix(kOffset.size());
  const std::size_t colon = name.rfind(':');
  if (colon == std::string_view::npos) return false;
  offset.topic = octets_of(name.substr(0, colon));
  const char* end = name.data() + name.size();
  return std::from_chars(name.data() + colon + 1, end, offset.partition).ptr == end;
}

std::string old_path(std::string_view group, std::string_view topic, std::int32_t partition) {
  return "/consumers/" + node_name(group) + "/offsets/" + node_name(topic) + "/" + std::to_string(partition);
}

std::string parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

bool is_lost(int code) {
  return code == ZCONNECTIONLOSS || code == ZOPERATIONTIMEOUT || code == ZSESSIONEXPIRED || code == ZCLOSING || code == ZINVALIDSTATE ||
         code == ZSESSIONMOVED;
}
// Somebody else has been here: look again.
bool is_surprise(int code) { return code == ZBADVERSION || code == ZNONODE || code == ZNODEEXISTS || code == ZNOTEMPTY; }

std::size_t keys_of(const OwnedWrite& write) { return write.offsets.size() + write.forgotten.size() + write.records.size(); }

}  // namespace

sdk::OffsetStoreAbilities ZookeeperServer::abilities() { return {sdk::Durability::kPowerLoss, kMostWriteBytes}; }

sdk::Status ZookeeperServer::failure(int code, const std::string& what, sdk::Code lost) {
  const std::string message = name() + ": " + what + ": " + zerror(code);
  if (is_lost(code)) {
    keeper_.close();
    return sdk::Status::error(lost, message);
  }
  if (code == ZNOAUTH || code == ZAUTHFAILED)
    return sdk::Status::unsupported(message + "; look at auth of the offset store, and at the ACL of the node");
  if (code == ZNONODE)
    return sdk::Status::unsupported(message + "; where the servers end with a path (a chroot), that node has to be there");
  return sdk::Status::unavailable(message);
}

sdk::Status ZookeeperServer::connect(const std::string& cluster) {
  root_ = std::string(kRoot) + "/" + node_name(cluster);
  for (auto& [number, home] : homes_) home.is_stale = true;
  old_nodes_.clear();
  if (sdk::Status status = keeper_.open(); !status) return status;
  if (sdk::Status status = make(kRoot, kSchema); !status) return status;
  if (sdk::Status status = check_schema(); !status) return status;
  if (sdk::Status status = learn_place(); !status) return status;
  if (sdk::Status status = make(root_, ""); !status) return status;
  return make("/consumers", "");
}

sdk::Status ZookeeperServer::make(const std::string& path, const std::string& data) {
  const int code = keeper_.wait(keeper_.create(path, data));
  return code == ZOK || code == ZNODEEXISTS ? sdk::Status() : failure(code, "making " + path);
}

sdk::Status ZookeeperServer::check_schema() {
  const Call call = keeper_.get(kRoot);
  if (const int code = keeper_.wait(call); code != ZOK) return failure(code, std::string("reading ") + kRoot);
  if (call->data != kSchema)
    return sdk::Status::unsupported(
        "the node '/barnabas' of " + name() +
        " was not made by this offset store, or by a newer one; choose another path (chroot) behind the servers");
  // Whoever may write this may write what is below.
  const int code = keeper_.wait(keeper_.set(kRoot, kSchema));
  return code == ZOK ? sdk::Status() : failure(code, std::string("writing ") + kRoot);
}

sdk::Status ZookeeperServer::learn_place() {
  if (sdk::Status status = make(kPlace, offset_store::new_place(host_.random())); !status) return status;
  const Call call = keeper_.get(kPlace);
  if (const int code = keeper_.wait(call); code != ZOK) return failure(code, std::string("reading ") + kPlace);
  place_ = call->data;
  return {};
}

sdk::Status ZookeeperServer::take_over(std::int32_t number, std::int32_t epoch, offset_store::Content& content) {
  const std::string path = path_of(number);
  if (sdk::Status status = make(path, home_data(-1)); !status) return sdk::Status::unavailable(status.message());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Home home;
    if (sdk::Status status = read(number, home, nullptr); !status) return status;
    if (home.epoch > epoch)
      return sdk::Status::error(sdk::Code::kFenced,
                                "home " + std::to_string(number) + " was taken over with epoch " + std::to_string(home.epoch));
    const int code = keeper_.wait(keeper_.multi({{Operation::Kind::kSet, path, home_data(epoch), home.version}}));
    if (code == ZBADVERSION) continue;
    if (code != ZOK) return sdk::Status::unavailable(failure(code, "taking over " + path).message());
    // From here on nobody older writes: the content may be read node by node.
    Home own;
    content = {};
    if (sdk::Status status = read(number, own, &content); !status) return status;
    if (own.epoch != epoch) continue;
    if (sdk::Status status = remove_orphans(number, own); !status) return status;
    homes_[number] = std::move(own);
    return {};
  }
  return sdk::Status::unavailable(name() + ": " + path + " is being taken over by others");
}

sdk::Status ZookeeperServer::read(std::int32_t number, Home& home, offset_store::Content* content) {
  const std::string path = path_of(number);
  keeper_.wait(keeper_.sync(path));  // a follower may lag behind
  const Call own = keeper_.get(path);
  if (const int code = keeper_.wait(own); code != ZOK) return sdk::Status::unavailable(failure(code, "reading " + path).message());
  if (!parse_home(own->data, home.epoch)) return sdk::Status::corrupt(name() + ": " + path + " does not say an epoch");
  home.version = own->version;
  const Call groups = keeper_.children(path);
  if (const int code = keeper_.wait(groups); code != ZOK) return sdk::Status::unavailable(failure(code, "reading " + path).message());
  for (const std::string& group : groups->children)
    if (group == kChunks + 1) {
      continue;
    } else if (sdk::Status status = read_group(number, path + "/" + group, octets_of(group), home, content); !status)
      return status;
  home.is_stale = false;
  return {};
}

sdk::Status ZookeeperServer::read_group(std::int32_t number, const std::string& path, const std::string& group, Home& home,
                                        offset_store::Content* content) {
  const Call names = keeper_.children(path);
  if (const int code = keeper_.wait(names); code != ZOK) return sdk::Status::unavailable(failure(code, "reading " + path).message());
  home.nodes.insert(path);
  home.members[path] = names->children.size();
  std::vector<Call> values;
  for (const std::string& child : names->children) {
    home.nodes.insert(path + "/" + child);
    if (content != nullptr) values.push_back(keeper_.get(path + "/" + child));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view child = names->children[i];
    if (const int code = keeper_.wait(values[i]); code != ZOK) return sdk::Status::unavailable(failure(code, "reading " + path).message());
    if (child.starts_with(kRecord)) {
      std::string value = values[i]->data;
      const bool is_chunked = value.starts_with(kChunked);
      if (!is_chunked && !value.starts_with(kWhole))
        return sdk::Status::corrupt(name() + ": " + path + "/" + std::string(child) + " is no record");
      value.erase(0, 1);
      if (is_chunked) {
        home.chunked[path + "/" + std::string(child)] = values[i]->data;
        const std::string names_of_chunks = std::exchange(value, {});
        if (sdk::Status status = read_chunks(number, names_of_chunks, value); !status) return status;
      }
      content->records.emplace_back(group, offset_store::OwnedRecord{octets_of(child.substr(kRecord.size())), std::move(value)});
      continue;
    }
    offset_store::OwnedOffset offset;
    if (!child.starts_with(kOffset) || !parse_offset_name(child, offset) || !offset_store::from_json(values[i]->data, offset))
      return sdk::Status::corrupt(name() + ": " + path + "/" + std::string(child) + " is no committed offset");
    content->offsets.emplace_back(group, std::move(offset));
  }
  return {};
}

void ZookeeperServer::write(std::span<OwnedWrite* const> writes) {
  std::map<std::int32_t, Writes> by_home;
  for (OwnedWrite* write : writes) by_home[write->home].push_back(write);
  for (auto& [number, list] : by_home) {
    sdk::Status failed;
    const auto home = homes_.find(number);
    std::size_t alone_until = 0;
    for (std::size_t at = 0; at < list.size();) {
      const bool alone = at < alone_until;
      // As many as surely fit into one request.
      Writes together;
      std::uint64_t bytes = 0;
      std::size_t keys = 0;
      do {
        bytes += list[at]->size, keys += keys_of(*list[at]);
        together.push_back(list[at++]);
      } while (at < list.size() && !alone && bytes + list[at]->size <= kTogetherBytes && keys + keys_of(*list[at]) <= kTogetherKeys &&
               list[at]->epoch == together.front()->epoch);
      sdk::Status status;
      if (!failed) {
        status = failed.copy();
      } else if (home == homes_.end() || home->second.epoch < together.front()->epoch) {
        status = sdk::Status::unavailable("home " + std::to_string(number) + " was not taken over");
      } else if (home->second.epoch > together.front()->epoch) {
        status = sdk::Status::error(sdk::Code::kFenced,
                                    "home " + std::to_string(number) + " was taken over with epoch " + std::to_string(home->second.epoch));
      } else if (!keeper_.is_open()) {
        status = sdk::Status::unavailable(name() + " is away");
      } else {
        status = write_together(number, home->second, together);
        if (status.code() == sdk::Code::kExhausted && together.size() > 1) {
          // Nothing was done. One by one only those that are too large themselves suffer for it.
          alone_until = std::exchange(at, at - together.size());
          continue;
        }
        if (status.code() == sdk::Code::kUnavailable || status.code() == sdk::Code::kUnknown)
          failed = sdk::Status::unavailable(status.message());
      }
      for (OwnedWrite* write : together) write->outcome = status.copy();
    }
  }
}

sdk::Status ZookeeperServer::write_together(std::int32_t number, Home& home, const Writes& writes) {
  if (sdk::Status status = look_for_forgotten(writes); !status) return status;
  Large large;
  bool has_chunks = false;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (home.is_stale) {
      Home now;
      if (sdk::Status status = read(number, now, nullptr); !status) return status;
      if (now.epoch > home.epoch)
        return sdk::Status::error(sdk::Code::kFenced,
                                  "home " + std::to_string(number) + " was taken over with epoch " + std::to_string(now.epoch));
      now.epoch = home.epoch;
      now.chunked = std::move(home.chunked);
      now.chunks_made = home.chunks_made;
      home = std::move(now);
    }
    if (!std::exchange(has_chunks, true))
      if (sdk::Status status = make_chunks(number, home, writes, large); !status) return status;
    const std::vector<Operation> operations = plan(number, home, writes, large);
    std::size_t size = 0;
    for (const Operation& each : operations) size += each.path.size() + each.data.size() + kOperationBytes;
    if (size > kMostRequestBytes)
      return sdk::Status::exhausted("the write is larger than what " + name() + " takes in one request: " + std::to_string(size) +
                                    " octets");
    const int code = keeper_.wait(keeper_.multi(operations));
    if (code == ZOK) {
      remember(home, operations);
      remove_replaced(number, home, operations);
      return {};
    }
    home.is_stale = true;
    if (!is_surprise(code)) {
      const sdk::Status status = failure(code, "writing " + path_of(number), sdk::Code::kUnknown);
      return status.code() == sdk::Code::kUnknown ? status.copy() : sdk::Status::unavailable(status.message());
    }
    if (sdk::Status status = look_at_old_nodes(operations); !status) return status;
  }
  return sdk::Status::unavailable(name() + ": others write " + path_of(number) + ", too");
}

// The home's node first: when its version is another one, nothing else is looked at.
std::vector<Operation> ZookeeperServer::plan(std::int32_t number, const Home& home, const Writes& writes, const Large& large) const {
  Wanted nodes;
  Wanted old_nodes;
  std::map<std::string, std::size_t> members;  // by the group's path
  for (const OwnedWrite* write : writes) {
    const std::string group = path_of(number) + "/" + node_name(write->group);
    members.emplace(group, 0);
    for (const auto& offset : write->offsets) {
      nodes[group + "/" + offset_name(offset.topic, offset.partition)] = offset_store::to_json(offset, write->epoch);
      old_nodes[old_path(write->group, offset.topic, offset.partition)] = std::to_string(offset.offset);
    }
    for (const auto& [topic, partition] : write->forgotten) {
      nodes[group + "/" + offset_name(topic, partition)] = std::nullopt;
      old_nodes[old_path(write->group, topic, partition)] = std::nullopt;
    }
    for (const auto& record : write->records) {
      auto& data = nodes[group + "/" + std::string(kRecord) + node_name(record.key)];
      data.reset();
      if (!record.has_value) continue;
      const auto chunked = large.find(&record);
      data = chunked == large.end() ? kWhole + record.value : chunked->second;
    }
  }
  for (auto& [group, count] : members)
    if (const auto found = home.members.find(group); found != home.members.end()) count = found->second;
  for (const auto& [path, data] : nodes) {
    const bool is_there = home.nodes.contains(path);
    if (data && !is_there) ++members[parent(path)];
    if (!data && is_there) --members[parent(path)];
  }
  std::vector<Operation> operations{{Operation::Kind::kSet, path_of(number), home_data(home.epoch), home.version}};
  for (const auto& [group, count] : members)
    if (count != 0 && !home.nodes.contains(group)) operations.push_back({Operation::Kind::kCreate, group, ""});
  for (const auto& [path, data] : nodes) {
    const bool is_there = home.nodes.contains(path);
    if (data) operations.push_back({is_there ? Operation::Kind::kSet : Operation::Kind::kCreate, path, *data});
    if (!data && is_there) operations.push_back({Operation::Kind::kDelete, path, ""});
  }
  for (const auto& [group, count] : members)
    if (count == 0 && home.nodes.contains(group)) operations.push_back({Operation::Kind::kDelete, group, ""});
  plan_old_nodes(old_nodes, operations);
  return operations;
}

void ZookeeperServer::plan_old_nodes(const Wanted& wanted, std::vector<Operation>& operations) const {
  std::unordered_set<std::string> made;
  for (const auto& [path, data] : wanted) {
    const bool is_there = old_nodes_.contains(path);
    if (!data) {
      if (is_there) operations.push_back({Operation::Kind::kDelete, path, ""});
      continue;
    }
    if (is_there) {
      operations.push_back({Operation::Kind::kSet, path, *data});
      continue;
    }
    const std::string topic = parent(path);
    for (const std::string& above : {parent(parent(topic)), parent(topic), topic})
      if (!old_nodes_.contains(above) && made.insert(above).second) operations.push_back({Operation::Kind::kCreate, above, ""});
    operations.push_back({Operation::Kind::kCreate, path, *data});
  }
}

void ZookeeperServer::remember(Home& home, const std::vector<Operation>& operations) {
  ++home.version;
  for (const Operation& each : operations) {
    if (each.kind == Operation::Kind::kSet) continue;
    const bool is_made = each.kind == Operation::Kind::kCreate;
    const bool is_old = each.path.starts_with("/consumers/");
    auto& nodes = is_old ? old_nodes_ : home.nodes;
    if (is_made) {
      nodes.insert(each.path);
    } else {
      nodes.erase(each.path);
    }
    if (is_old) continue;
    if (const auto group = home.members.find(parent(each.path)); group != home.members.end()) {
      group->second += is_made ? 1 : static_cast<std::size_t>(-1);
    } else if (is_made) {
      home.members.emplace(each.path, 0);
    }
    if (!is_made) home.members.erase(each.path);
  }
}

// Of those that a connection before this one made nobody here knows, and they are to go too.
sdk::Status ZookeeperServer::look_for_forgotten(const Writes& writes) {
  std::vector<Operation> unknown;
  for (const OwnedWrite* write : writes)
    for (const auto& [topic, partition] : write->forgotten)
      if (std::string path = old_path(write->group, topic, partition); !old_nodes_.contains(path))
        unknown.push_back({Operation::Kind::kDelete, std::move(path), ""});
  return look_at_old_nodes(unknown);
}

sdk::Status ZookeeperServer::look_at_old_nodes(const std::vector<Operation>& operations) {
  std::map<std::string, Call> calls;
  for (const Operation& each : operations) {
    if (!each.path.starts_with("/consumers/")) continue;
    std::string path = each.path;
    for (; path != "/consumers" && !calls.contains(path); path = parent(path)) calls.emplace(path, keeper_.exists(path));
  }
  for (const auto& [path, call] : calls) {
    const int code = keeper_.wait(call);
    if (code != ZOK && code != ZNONODE) return sdk::Status::unavailable(failure(code, "reading " + path).message());
    if (code == ZOK) {
      old_nodes_.insert(path);
    } else {
      old_nodes_.erase(path);
    }
  }
  return {};
}

}  // namespace barnabas::offsets_zookeeper
