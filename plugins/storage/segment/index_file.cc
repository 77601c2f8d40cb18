#include "index_file.h"

#include <algorithm>

namespace barnabas::segment {

using sdk::Status;

Status IndexFile::read(std::size_t index, std::size_t count, std::uint8_t* to) {
  Pin pin;
  if (Status status = pin.open(*file_); !status) return status;
  std::size_t got = 0;
  if (Status status = pin->read_at(index * entry_bytes_, {to, count * entry_bytes_}, got); !status) return status;
  if (got != count * entry_bytes_) return Status::corrupt("the index " + file_->path() + " is shorter than it was");
  return {};
}

Status IndexFile::load() {
  waiting_.clear();
  stored_ = 0;
  std::uint64_t size = 0;
  {
    Pin pin;
    if (Status status = pin.open(*file_); !status) return status;
    if (Status status = pin->size(size); !status) return status;
    exists_ = true;
  }
  if (size % entry_bytes_ != 0)
    return Status::corrupt("the index " + file_->path() + " has " + std::to_string(size) + " octets, not a multiple of " +
                           std::to_string(entry_bytes_));
  stored_ = static_cast<std::size_t>(size / entry_bytes_);
  if (stored_ == 0) return {};
  const auto is_written = [this](const std::uint8_t* entry) {
    return std::any_of(entry, entry + entry_bytes_, [](std::uint8_t octet) { return octet != 0; });
  };
  std::uint8_t last[kLargestEntry] = {};
  if (Status status = read(stored_ - 1, 1, last); !status) return status;
  if (is_written(last)) return {};
  std::size_t written = 0;
  if (Status status = count_before(is_written, written); !status) return status;
  return cut(written);
}

Status IndexFile::reset() {
  stored_ = 0;
  waiting_.clear();
  Pin pin;
  Status opened = pin.open(*file_);
  reset_owed_ = opened.code() == sdk::Code::kExhausted;
  exists_ = !reset_owed_;
  if (reset_owed_) return {};  // there is not even room for the file
  if (!opened) return opened;
  unsynced_ = true;
  return pin->truncate(0);
}

Status IndexFile::get(std::size_t index, std::uint8_t* entry) {
  if (index < stored_) return read(index, 1, entry);
  std::memcpy(entry, waiting_.data() + (index - stored_) * entry_bytes_, entry_bytes_);
  return {};
}

Status IndexFile::make_room() {
  if (waiting_.size() + entry_bytes_ > kWaitingBytes) return save();
  return {};
}

Status IndexFile::save() {
  if (waiting_.empty() && exists_) return {};
  Pin pin;
  if (Status status = pin.open(*file_); !status) return status;
  if (reset_owed_)
    if (Status status = pin->truncate(0); !status) return status;
  reset_owed_ = false;
  if (!waiting_.empty()) {
    const sdk::Bytes piece(waiting_.data(), waiting_.size());
    unsynced_ = true;
    if (Status status = pin->write_at(stored_ * entry_bytes_, &piece, 1); !status) return status;
    stored_ += waiting_.size() / entry_bytes_;
    waiting_.clear();
  }
  exists_ = true;
  return {};
}

Status IndexFile::hold() {
  std::vector<std::uint8_t> all(stored_ * entry_bytes_);
  if (stored_ != 0)
    if (Status status = read(0, stored_, all.data()); !status) return status;
  Pin pin;
  Status opened = pin.open(*file_);
  if (opened.code() == sdk::Code::kExhausted && stored_ == 0) return {};  // there is not even room for the file
  if (!opened) return opened;
  exists_ = true;
  unsynced_ = true;
  if (Status status = pin->truncate(0); !status) return status;
  reset_owed_ = false;
  all.insert(all.end(), waiting_.begin(), waiting_.end());
  waiting_ = std::move(all);
  stored_ = 0;
  return {};
}

Status IndexFile::cut(std::size_t count) {
  if (count >= stored_) {
    waiting_.resize(std::min(waiting_.size(), (count - stored_) * entry_bytes_));
    return {};
  }
  waiting_.clear();
  Pin pin;
  if (Status status = pin.open(*file_); !status) return status;
  unsynced_ = true;
  if (Status status = pin->truncate(count * entry_bytes_); !status) return status;
  stored_ = count;
  return {};
}

Status IndexFile::sync() {
  if (!unsynced_.exchange(false)) return {};
  Pin pin;
  if (Status status = pin.open(*file_); !status) return status;
  return pin->sync(false);
}

}  // namespace barnabas::segment
