#include "kernel/record/framed.h"

#include <fmt/format.h>

#include "kernel/base/varint.h"

namespace barnabas::record {
namespace {
constexpr std::uint32_t kFrameVersion = 1;
}

Result<Frame> parse_frame(sdk::Bytes record) {
  std::uint32_t frame_version = 0;
  Frame frame;
  const std::uint8_t* at = base::read_uvarint(record.begin(), record.end(), frame_version);
  if (at != nullptr && frame_version != kFrameVersion)
    return Status::corrupt(fmt::format("metadata record with frame version {}: only {} is known", frame_version, kFrameVersion));
  if (at != nullptr) at = base::read_uvarint(at, record.end(), frame.type);
  if (at != nullptr) at = base::read_uvarint(at, record.end(), frame.version);
  if (at == nullptr)
    return Status::corrupt(fmt::format("metadata record of {} octets ends inside its frame (version, type, record version)", record.size));
  frame.body = record.slice(static_cast<std::size_t>(at - record.begin()));
  return frame;
}

void FramedRecords::begin(std::uint32_t type, std::uint32_t version) {
  std::uint8_t* to = buffer_.room(3 * base::kMaxVarintBytes);
  to = base::write_uvarint(to, kFrameVersion);
  to = base::write_uvarint(to, type);
  buffer_.commit(base::write_uvarint(to, version));
}

void FramedRecords::finish(Status status) {
  if (!status && status_.ok()) status_ = std::move(status);
  ends_.push_back(buffer_.size());
}

void FramedRecords::add_framed(sdk::Bytes record) {
  buffer_.append(record);
  ends_.push_back(buffer_.size());
}

void FramedRecords::clear() {
  buffer_.clear();
  ends_.clear();
  status_ = {};
}

void FramedRecords::truncate(std::size_t count) {
  ends_.resize(count);
  buffer_.truncate(ends_.empty() ? 0 : ends_.back(), 0);
}

void FramedRecords::forget_failure(std::size_t count) {
  truncate(count);
  status_ = {};
}

sdk::Bytes FramedRecords::operator[](std::size_t index) const {
  const std::size_t from = index == 0 ? 0 : ends_[index - 1];
  return buffer_.bytes().slice(from, ends_[index] - from);
}

std::vector<sdk::Bytes> FramedRecords::views() const {
  std::vector<sdk::Bytes> views;
  views.reserve(count());
  for (std::size_t i = 0; i < count(); ++i) views.push_back((*this)[i]);
  return views;
}

}  // namespace barnabas::record
