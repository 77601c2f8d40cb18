#include "kernel/node/connection_limits.h"

namespace barnabas::node {

ConnectionPermit::~ConnectionPermit() {
  if (limits_ != nullptr) limits_->leave(crowd_, address_);
}

std::uint32_t ConnectionLimits::limit_of(const std::string& address) const {
  const auto found = clients_.connections_of_address.find(address);
  return found == clients_.connections_of_address.end() ? clients_.connections_per_address : found->second;
}

Result<ConnectionPermit> ConnectionLimits::admit(const std::string& address, Crowd crowd, std::int64_t now_ns) {
  std::lock_guard lock(mutex_);
  if (crowd == Crowd::kBrokers) {
    if (broker_connections_ >= settings_.broker_connections)
      return Status::exhausted("there are " + std::to_string(broker_connections_) + " connections of brokers and controllers already");
    ++broker_connections_;
    return ConnectionPermit(*this, crowd, address);
  }
  if (connections_ >= clients_.connections)
    return Status::exhausted("there are " + std::to_string(connections_) + " connections already (max.connections)");
  const auto found = per_address_.try_emplace(address).first;
  if (found->second >= limit_of(address)) {
    const std::uint32_t count = found->second;
    if (count == 0) per_address_.erase(found);
    return Status::exhausted("it has " + std::to_string(count) + " connections already (max.connections.per.ip)");
  }
  ++found->second;
  ++connections_;
  rate_.take(now_ns);
  return ConnectionPermit(*this, crowd, address);
}

std::int64_t ConnectionLimits::wait_ns(std::int64_t now_ns) {
  std::lock_guard lock(mutex_);
  return rate_.wait_ns(now_ns);
}

void ConnectionLimits::allow(const Settings& settings) {
  std::lock_guard lock(mutex_);
  clients_ = settings;
  rate_.change(settings.connections_per_second);
}

void ConnectionLimits::leave(Crowd crowd, const std::string& address) {
  std::lock_guard lock(mutex_);
  if (crowd == Crowd::kBrokers) {
    --broker_connections_;
    return;
  }
  --connections_;
  const auto found = per_address_.find(address);
  if (--found->second == 0) per_address_.erase(found);
}

bool ConnectionLimits::try_charge_memory(std::uint64_t bytes) {
  if (memory_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= settings_.request_memory_bytes) return true;
  release_memory(bytes);
  return false;
}

}  // namespace barnabas::node
