#include "sim/sim_metadata.h"

#include <barnabas/testing/metadata_records.h>

#include <algorithm>
#include <utility>

#include "kernel/base/arena.h"
#include "sim/sim_metadata_store.h"

namespace barnabas::sim {
namespace {

using sdk::Code;
using sdk::Status;

constexpr std::size_t kFrameBytes = 3;  // of records whose type and version are small
constexpr char kConfigType = 4;

// The registration as it is told: with its epoch, and not fenced.
std::string registered(const std::string& registration, std::int64_t epoch, std::int32_t& broker) {
  base::Arena arena;
  wire::RegisterBrokerRecord record;
  const int version = registration[2];
  if (!wire::decode(sdk::Bytes(registration).slice(kFrameBytes), version, arena, record)) return {};
  broker = record.broker_id;
  record.broker_epoch = epoch;
  record.fenced = false;
  return testing::framed(record, version);
}

std::string unregistered(std::int32_t broker, std::int64_t epoch) {
  wire::UnregisterBrokerRecord record;
  record.broker_id = broker;
  record.broker_epoch = epoch;
  return testing::framed(record);
}

}  // namespace

void SimPipe::send(std::function<void()> message) {
  std::int64_t due_ns = host_.clock().mono_ns() + static_cast<std::int64_t>(random_.next() % static_cast<std::uint64_t>(delay_max_ns_ + 1));
  if (!messages_.empty()) due_ns = std::max(due_ns, messages_.back().due_ns);
  messages_.push_back({due_ns, std::move(message)});
  if (!timer_.armed()) wait();
}

void SimPipe::wait() {
  if (!messages_.empty()) timer_.start(std::max<std::int64_t>(messages_.front().due_ns - host_.clock().mono_ns(), 0));
}

void SimPipe::deliver() {
  if (messages_.empty()) return;
  const std::function<void()> arrive = std::move(messages_.front().arrive);
  messages_.pop_front();
  wait();
  arrive();
}

SimMetadata::SimMetadata(sdk::Host& host, const SimMetadataRules& rules, std::uint64_t seed)
    : host_(host), rules_(rules), random_(seed), timer_(host.executor(), [this] { expire_sessions(); }) {
  timer_.start(rules_.session_timeout_ns / 4);
}

// Faults

void SimMetadata::cut(SimMetadataStore& client) {
  client.is_cut_ = true;
  client.requests_.reset();
  client.news_.reset();
}

void SimMetadata::deafen(SimMetadataStore& client) {
  client.is_deaf_ = true;
  client.news_.reset();
}

void SimMetadata::heal(SimMetadataStore& client) {
  if (!std::exchange(client.is_cut_, false) && !std::exchange(client.is_deaf_, false)) return;
  client.is_deaf_ = false;
  ++client.connection_;  // what was lost on the old one comes on the next
  client.requests_.reset();
  client.news_.reset();
  base::post(client.host_.executor(), [&client, alive = std::weak_ptr(client.alive_)] {
    if (!alive.expired()) client.disconnected();
  });
}

void SimMetadata::expire(SimMetadataStore& client) {
  end_session(session_of(client));
  cut(client);  // an engine closes the connection
  heal(client);
}

void SimMetadata::depose(SimMetadataStore& leader) {
  deafen(leader);
  leader_ = 0;
  elect(&leader);
}

// Sessions

std::uint64_t SimMetadata::session_of(const SimMetadataStore& client) const {
  for (const auto& [id, session] : sessions_)
    if (session.client == &client) return id;
  return 0;
}

bool SimMetadata::touch(SimMetadataStore& client, std::uint64_t session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end() || found->second.client != &client) return false;
  found->second.seen_ns = host_.clock().mono_ns();
  return true;
}

void SimMetadata::ping(SimMetadataStore& client, std::uint64_t session) {
  if (touch(client, session)) tell(client, [](SimMetadataStore&) {});
}

void SimMetadata::forget(SimMetadataStore& client) {
  for (auto& [id, session] : sessions_)
    if (session.client == &client) session.client = nullptr;
}

void SimMetadata::close(SimMetadataStore& client, std::uint64_t session) {
  if (touch(client, session)) end_session(session);
  tell(client, [](SimMetadataStore& store) { store.closed(); });
}

void SimMetadata::expire_sessions() {
  std::vector<std::uint64_t> over;
  for (const auto& [id, session] : sessions_)
    if (host_.clock().mono_ns() - session.seen_ns > rules_.session_timeout_ns) over.push_back(id);
  for (const std::uint64_t id : over) end_session(id);
  timer_.start(rules_.session_timeout_ns / 4);
}

void SimMetadata::end_session(std::uint64_t id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const Session ended = found->second;
  sessions_.erase(found);
  const bool led = leader_ == id;
  if (led) leader_ = 0;
  if (ended.epoch >= 0) commit({unregistered(ended.node_id, ended.epoch)}, ended.node_id);
  if (led) elect();
}

void SimMetadata::elect(const SimMetadataStore* except) {
  leader_node_ = -1;
  for (const auto& [id, session] : sessions_) {
    if (session.client == nullptr || session.client == except) continue;
    leader_ = id;
    leader_node_ = session.node_id;
    ++term_;
    if (!rules_.follows) tell_all(*session.client);  // it was told only a part until now
    break;
  }
  for (const auto& [id, session] : sessions_) {
    if (session.client == nullptr) continue;
    if (!rules_.follows && id != leader_) tell_leaders_address(*session.client);
    tell_leader(*session.client);
  }
}

// News

void SimMetadata::tell(SimMetadataStore& client, std::function<void(SimMetadataStore&)> news) {
  if (client.is_cut_ || client.is_deaf_) return;
  client.news_.send([&client, connection = client.engines_connection_, news = std::move(news)] {
    if (connection != client.connection_) return;
    client.heard();
    news(client);
  });
}

void SimMetadata::tell_leader(SimMetadataStore& client) {
  tell(client, [leader = leader_, node = leader_node_, term = term_](SimMetadataStore& store) {
    store.told_leader({node, term, leader != 0 && leader == store.session_, 0});
  });
}

void SimMetadata::tell_leaders_address(SimMetadataStore& client) {
  if (leader_ == 0 || sessions_[leader_].epoch < 0) return;
  const auto entry = std::find_if(log_.rbegin(), log_.rend(), [this](const SimMetadataEntry& one) { return one.broker == leader_node_; });
  SimMetadataEntry again = *entry;
  again.end = {++next_offset_, term_};  // it is told in another place
  tell(client, [again, count = log_.size()](SimMetadataStore& store) { store.told_entry(again, count); });
}

// Everything anew, as one snapshot.
void SimMetadata::tell_all(SimMetadataStore& client) {
  std::vector<std::string> records;
  for (const SimMetadataEntry& entry : log_) records.insert(records.end(), entry.records.begin(), entry.records.end());
  const sdk::MetadataPosition end{next_offset_, log_.empty() ? 0 : log_.back().end.term};
  tell(client, [records, end, count = log_.size()](SimMetadataStore& store) { store.told_snapshot(records, end, count); });
}

void SimMetadata::tell_entry(const Session& to, const SimMetadataEntry& entry) {
  const bool whole = rules_.follows || (leader_ != 0 && sessions_[leader_].client == to.client) || entry.broker == to.node_id ||
                     (entry.broker >= 0 && entry.broker == leader_node_);
  SimMetadataEntry part = entry;
  if (!whole) std::erase_if(part.records, [](const std::string& record) { return record[1] != kConfigType; });
  tell(*to.client, [part, count = log_.size()](SimMetadataStore& store) { store.told_entry(part, count); });
}

void SimMetadata::commit(std::vector<std::string> records, std::int32_t broker) {
  next_offset_ += static_cast<std::int64_t>(records.size());
  log_.push_back({std::move(records), {next_offset_, term_}, host_.clock().wall_ms(), broker});
  for (const auto& [id, session] : sessions_)
    if (session.client != nullptr) tell_entry(session, log_.back());
}

// Requests

void SimMetadata::connect(SimMetadataStore& client, std::uint64_t connection, std::uint64_t session, const std::string& cluster_id,
                          std::size_t position) {
  client.engines_connection_ = connection;
  if (cluster_id_.empty()) cluster_id_ = cluster_id.empty() ? "c2ltdWxhdGVkIGNsdXN0ZQ" : cluster_id;
  if (!cluster_id.empty() && cluster_id != cluster_id_)
    return tell(client, [mine = cluster_id_](SimMetadataStore& store) { store.refused(mine); });
  const bool goes_on = touch(client, session);
  if (!goes_on) {
    const std::uint64_t before = session_of(client);
    if (before != 0) end_session(before);
    session = ++last_session_;
    sessions_[session] = {client.node_id_, &client, host_.clock().mono_ns(), -1};
  }
  tell(client, [session, goes_on, id = cluster_id_](SimMetadataStore& store) { store.connected(session, goes_on, id); });
  if (!goes_on || !rules_.follows) {
    tell_all(client);
  } else {
    for (std::size_t i = position; i < log_.size(); ++i)
      tell(client, [entry = log_[i], count = i + 1](SimMetadataStore& store) { store.told_entry(entry, count); });
  }
  tell(client, [](SimMetadataStore& store) { store.synced(); });
  if (leader_ == 0) return elect();
  tell_leader(client);
}

void SimMetadata::propose(SimMetadataStore& client, std::uint64_t session, std::uint64_t request, std::int32_t term,
                          std::vector<std::string> records) {
  const bool leads = touch(client, session) && session == leader_ && term == term_;
  if (leads) commit(std::move(records));
  tell(client, [leads, request](SimMetadataStore& store) {
    store.answered(request, leads ? Status() : Status::error(Code::kFenced, "another term has begun"));
  });
}

void SimMetadata::open_session(SimMetadataStore& client, std::uint64_t session, std::uint64_t request, const std::string& registration) {
  const auto answer = [&](Code code, const std::string& why) {
    tell(client, [=](SimMetadataStore& store) { store.answered(request, code == Code::kOk ? Status() : Status::error(code, why)); });
  };
  if (!touch(client, session)) return answer(Code::kUnavailable, "the session is over");
  Session& own = sessions_[session];
  for (const auto& [id, other] : sessions_)
    if (id != session && other.node_id == own.node_id && other.epoch >= 0)
      return answer(Code::kExists, "another session has the broker's id");
  if (own.epoch < 0) own.epoch = ++last_broker_epoch_;
  std::int32_t broker = -1;
  std::string record = registered(registration, own.epoch, broker);
  if (record.empty()) return answer(Code::kInvalid, "this is no registration");
  commit({std::move(record)}, broker);
  answer(Code::kOk, "");
}

}  // namespace barnabas::sim
