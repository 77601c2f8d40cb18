#include "kernel/log/snapshot_files.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::log {

namespace {

constexpr std::size_t kMaxSideBytes = std::size_t{1} << 30;

class TextSink final : public sdk::Sink {
 public:
  Status append(sdk::Bytes octets) noexcept override {
    if (octets.size > kMaxSideBytes - text.size()) return Status::exhausted("a side file of more than 1 GiB");
    text.append(reinterpret_cast<const char*>(octets.data), octets.size);
    return {};
  }
  std::string text;
};

class SnapshotLister final : public sdk::Visitor<sdk::Text> {
 public:
  explicit SnapshotLister(std::vector<std::int64_t>& offsets) : offsets_(offsets) {}
  bool visit(const sdk::Text& name) noexcept override {
    if (const auto offset = snapshot_offset(std::string_view(name))) offsets_.push_back(*offset);
    return true;
  }

 private:
  std::vector<std::int64_t>& offsets_;
};

class BaseLister final : public sdk::Visitor<sdk::SegmentInfo> {
 public:
  bool visit(const sdk::SegmentInfo& segment) noexcept override {
    bases.push_back(segment.base_offset);
    return true;
  }
  std::vector<std::int64_t> bases;
};

}  // namespace

Result<std::string> read_side_file(sdk::PartitionStorage& storage, std::string_view name) {
  TextSink sink;
  BARNABAS_TRY(storage.read_side(name, sink));
  return std::move(sink.text);
}

Status SnapshotFiles::list(bool synced) {
  offsets_.clear();
  SnapshotLister lister(offsets_);
  BARNABAS_TRY(storage_.list_sides(lister));
  std::sort(offsets_.begin(), offsets_.end());
  unsynced_ = offsets_;
  if (synced && !unsynced_.empty()) unsynced_.pop_back();
  return {};
}

Result<SnapshotFiles::Loaded> SnapshotFiles::load(std::int64_t stored_from, std::int64_t log_end, std::vector<std::string>& notes) {
  BARNABAS_TRY(remove_above(log_end));
  while (!offsets_.empty() && offsets_.back() >= stored_from) {
    const std::int64_t offset = offsets_.back();
    Result<std::string> octets = read_side_file(storage_, snapshot_name(offset));
    if (!octets && octets.status().code() != Code::kNotFound) return std::move(octets).status();
    Result<Producers> producers = octets ? decode_snapshot(sdk::Bytes(*octets)) : Result<Producers>(std::move(octets).status());
    if (producers) return Loaded{offset, *std::move(producers)};
    notes.push_back(fmt::format("{} is not used: {}", snapshot_name(offset), message_of(producers.status())));
    BARNABAS_TRY(remove(offsets_.end() - 1, offsets_.end()));
  }
  BARNABAS_TRY(remove(offsets_.begin(), offsets_.end()));
  return Loaded{};
}

Status SnapshotFiles::take(std::int64_t offset, const Producers& producers, bool sync) {
  const auto at = std::lower_bound(offsets_.begin(), offsets_.end(), offset);
  const bool is_new = at == offsets_.end() || *at != offset;
  const auto unsynced = std::find(unsynced_.begin(), unsynced_.end(), offset);
  if (!is_new && (!sync || unsynced == unsynced_.end())) return {};
  const std::vector<std::uint8_t> octets = encode_snapshot(producers);
  BARNABAS_TRY(storage_.write_side(snapshot_name(offset), octets, sync));
  if (is_new) offsets_.insert(at, offset);
  if (unsynced != unsynced_.end()) unsynced_.erase(unsynced);
  if (!sync) unsynced_.push_back(offset);
  return {};
}

Status SnapshotFiles::remove_above(std::int64_t offset) {
  return remove(std::upper_bound(offsets_.begin(), offsets_.end(), offset), offsets_.end());
}

// The newest at or below; offsets_.end(): none.
std::vector<std::int64_t>::iterator SnapshotFiles::kept(std::int64_t offset) {
  const auto above = std::upper_bound(offsets_.begin(), offsets_.end(), offset);
  return above == offsets_.begin() ? offsets_.end() : above - 1;
}

Status SnapshotFiles::keep(std::int64_t offset) {
  const auto at = kept(offset);
  const auto unsynced = at == offsets_.end() ? unsynced_.end() : std::find(unsynced_.begin(), unsynced_.end(), *at);
  if (unsynced == unsynced_.end()) return {};
  const Result<std::string> octets = read_side_file(storage_, snapshot_name(*at));
  if (!octets) return octets.status().copy();
  BARNABAS_TRY(storage_.write_side(snapshot_name(*at), sdk::Bytes(*octets), true));
  unsynced_.erase(unsynced);
  return {};
}

Status SnapshotFiles::remove_before_kept(std::int64_t offset) {
  const auto at = kept(offset);
  return at == offsets_.end() ? Status() : remove(offsets_.begin(), at);
}

Status SnapshotFiles::remove_strays() {
  if (offsets_.empty()) return {};
  BaseLister lister;
  BARNABAS_TRY(storage_.segments(lister));
  const std::int64_t newest = offsets_.back();
  for (std::size_t i = offsets_.size(); i-- > 0;) {
    if (offsets_[i] == newest || std::binary_search(lister.bases.begin(), lister.bases.end(), offsets_[i])) continue;
    BARNABAS_TRY(remove(offsets_.begin() + static_cast<std::ptrdiff_t>(i), offsets_.begin() + static_cast<std::ptrdiff_t>(i) + 1));
  }
  return {};
}

Status SnapshotFiles::remove_all() { return remove(offsets_.begin(), offsets_.end()); }

Status SnapshotFiles::remove(std::vector<std::int64_t>::iterator from, std::vector<std::int64_t>::iterator to) {
  for (auto at = from; at != to; ++at) {
    BARNABAS_TRY(storage_.remove_side(snapshot_name(*at)));
    std::erase(unsynced_, *at);
  }
  offsets_.erase(from, to);
  return {};
}

}  // namespace barnabas::log
