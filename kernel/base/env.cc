#include "kernel/base/env.h"

#include "kernel/base/give_back.h"

namespace barnabas::base {
namespace {

// As much as the answer to a produce of a few partitions has. More would be kept for every idle connection.
constexpr std::size_t kMostSpareBytes = 512;
constexpr std::size_t kSharedBytes = 16 << 10;  // of the stretch that small answers share; each is copied once or twice into it

std::uint64_t memory_of(const Output::Piece& piece) { return sizeof(Output::Piece) + piece.owned.capacity(); }

}  // namespace

std::string to_string(const Address& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Output::Output(Output&& other) noexcept
    : pieces_(std::move(other.pieces_)),
      first_(std::exchange(other.first_, 0)),
      size_(std::exchange(other.size_, 0)),
      memory_(std::exchange(other.memory_, 0)),
      spare_(std::move(other.spare_)) {
  other.pieces_.clear();
}

Output& Output::operator=(Output&& other) noexcept {
  std::swap(pieces_, other.pieces_);
  std::swap(first_, other.first_);
  std::swap(size_, other.size_);
  std::swap(spare_, other.spare_);
  std::swap(memory_, other.memory_);
  return *this;
}

Output::~Output() {
  while (!empty()) drop_front();
}

void Output::add(std::vector<std::uint8_t> octets) {
  if (octets.empty()) return;
  size_ += octets.size();
  Piece& piece = pieces_.emplace_back();
  piece.owned = std::move(octets);
  memory_ += memory_of(piece);
}

void Output::copy(sdk::Bytes octets) {
  std::vector<std::uint8_t> memory = std::move(spare_);
  memory.assign(octets.begin(), octets.end());
  add(std::move(memory));
}

void Output::add(const sdk::Lease& lease) {
  size_ += lease.size;
  Piece& piece = pieces_.emplace_back();
  piece.lease = lease;
  piece.is_lease = true;
  if (lease.size == 0) {  // nothing to wait for
    if (lease.release != nullptr) lease.release(lease.owner, lease.token);
    pieces_.pop_back();
    return;
  }
  memory_ += memory_of(piece);
  while (piece.lease.regions[piece.region].size == 0) ++piece.region;
}

void Output::append(Output&& other) {
  if (empty()) {
    std::swap(*this, other);
    return;
  }
  // An output that is refilled before it runs empty must not keep the places of all that was ever sent.
  if (first_ > pieces_.size() / 2) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  for (Piece& piece : other.pieces()) {
    if (fits_behind(piece)) {
      std::vector<std::uint8_t>& shared = pieces_.back().owned;
      memory_ -= shared.capacity();
      shared.insert(shared.end(), piece.owned.begin(), piece.owned.end());
      memory_ += shared.capacity();
      other.keep_spare(std::move(piece.owned));
    } else {
      memory_ += memory_of(piece);
      pieces_.push_back(std::move(piece));
    }
  }
  size_ += std::exchange(other.size_, 0);
  other.memory_ = 0;
  other.pieces_.clear();
  other.first_ = 0;
}

bool Output::fits_behind(const Piece& piece) const {
  return !piece.is_lease && piece.begin == 0 && piece.owned.size() <= kMostSpareBytes && !pieces_.back().is_lease &&
         pieces_.back().owned.size() + piece.owned.size() <= kSharedBytes;
}

void Output::keep_spare(std::vector<std::uint8_t>&& memory) {
  if (memory.capacity() <= spare_.capacity() || memory.capacity() > kMostSpareBytes) return;
  spare_ = std::move(memory);
  spare_.clear();
}

void Output::consume(std::uint64_t octets) {
  size_ -= octets;
  while (!empty()) {
    Piece& piece = pieces_[first_];
    const std::uint64_t length = piece.is_lease ? piece.lease.regions[piece.region].size : piece.owned.size();
    const std::uint64_t taken = std::min(octets, length - piece.begin);
    piece.begin += taken;
    octets -= taken;
    if (piece.begin < length) return;
    if (piece.is_lease && piece.region + 1 < piece.lease.region_count) {
      ++piece.region;
      piece.begin = 0;
    } else {
      drop_front();
    }
  }
}

void Output::drop_front() {
  Piece& piece = pieces_[first_++];
  if (piece.is_lease && piece.lease.release != nullptr) piece.lease.release(piece.lease.owner, piece.lease.token);
  memory_ -= memory_of(piece);
  keep_spare(std::move(piece.owned));
  give_back(piece.owned);
  piece.is_lease = false;
  if (first_ == pieces_.size()) {  // keeps the vector's memory for the next reply
    pieces_.clear();
    first_ = 0;
  }
}

}  // namespace barnabas::base
