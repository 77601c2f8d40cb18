#include "kernel/node/connection_limits.h"

namespace barnabas::node {

ConnectionPermit::~ConnectionPermit() {
  if (limits_ != nullptr) limits_->leave(address_);
}

ConnectionPermit ConnectionLimits::admit(const std::string& address) {
  std::lock_guard lock(mutex_);
  if (connections_ >= settings_.connections) return {};
  std::uint32_t& of_address = per_address_[address];
  if (of_address >= settings_.connections_per_address) return {};
  ++of_address;
  ++connections_;
  return {*this, address};
}

void ConnectionLimits::leave(const std::string& address) {
  std::lock_guard lock(mutex_);
  --connections_;
  const auto found = per_address_.find(address);
  if (--found->second == 0) per_address_.erase(found);
}

bool ConnectionLimits::take_memory(std::uint64_t bytes) {
  if (memory_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= settings_.request_memory_bytes) return true;
  release_memory(bytes);
  return false;
}

}  // namespace barnabas::node
