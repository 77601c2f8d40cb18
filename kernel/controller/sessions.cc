#include "kernel/controller/sessions.h"

namespace barnabas::controller {

void Sessions::touch(std::int32_t broker, std::int64_t epoch, std::int64_t now_ns) {
  Session& session = sessions_[broker];
  if (session.epoch != epoch) session = {};
  session.epoch = epoch;
  session.seen_ns = now_ns;
}

void Sessions::note_offset(std::int32_t broker, std::int64_t metadata_offset) {
  const auto found = sessions_.find(broker);
  if (found != sessions_.end()) found->second.metadata_offset = metadata_offset;
}

void Sessions::begin_shutdown(std::int32_t broker, std::int64_t offset) {
  const auto found = sessions_.find(broker);
  if (found != sessions_.end()) found->second.shutdown_offset = offset;
}

void Sessions::forgive(std::int64_t pause_ns) {
  for (auto& [broker, session] : sessions_) session.seen_ns += pause_ns;
}

bool Sessions::alive(std::int32_t broker, std::int64_t epoch, std::int64_t now_ns) const {
  const auto found = sessions_.find(broker);
  return found != sessions_.end() && found->second.epoch == epoch && now_ns - found->second.seen_ns <= timeout_ns_;
}

std::vector<std::int32_t> Sessions::expired(std::int64_t now_ns) const {
  std::vector<std::int32_t> brokers;
  for (const auto& [broker, session] : sessions_)
    if (now_ns - session.seen_ns > timeout_ns_) brokers.push_back(broker);
  return brokers;
}

std::int64_t Sessions::shutdown_offset(std::int32_t broker) const {
  const auto found = sessions_.find(broker);
  return found == sessions_.end() ? -1 : found->second.shutdown_offset;
}

bool Sessions::everybody_has(std::int64_t offset, std::int32_t except, std::int64_t now_ns) const {
  for (const auto& [broker, session] : sessions_)
    if (broker != except && now_ns - session.seen_ns <= timeout_ns_ && session.metadata_offset < offset) return false;
  return true;
}

void Sessions::begin_following() {
  following_.clear();
  renewing_.clear();
  settled_ = false;
}

void Sessions::end_following(bool written) {
  if (written) {
    following_.merge(followed_);  // the newer registration of each broker stays
    followed_ = std::move(following_);
    renewing_.merge(renewed_);
    renewed_ = std::move(renewing_);
    if (settled_) renewed_.clear();
  }
  following_.clear();
  renewing_.clear();
}

bool Sessions::follows(std::int32_t broker, std::int64_t epoch) const {
  const auto found = followed_.find(broker);
  return found != followed_.end() && found->second == epoch;
}

bool Sessions::is_renewed(const Uuid& topic, std::int32_t partition, std::int64_t epoch) const {
  const auto found = renewed_.find({topic, partition});
  return found != renewed_.end() && found->second == epoch;
}

}  // namespace barnabas::controller
