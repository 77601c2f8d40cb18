// The functions of SimulatedDisk. Included by simulated_disk.h alone.
#pragma once

#include <barnabas/testing/simulated_disk.h>

namespace barnabas::testing {

class SimulatedDisk::OpenFile final : public sdk::File {
 public:
  OpenFile(SimulatedDisk& disk, Node node, std::string path, bool writable)
      : disk_(disk), node_(std::move(node)), path_(std::move(path)), writable_(writable), boot_(disk.boot_) {}

  sdk::Status read_at(std::uint64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override {
    return disk_.guarded([&]() -> sdk::Status {
      count = 0;
      if (sdk::Status status = alive(); !status) return status;
      if (++disk_.reads_ == disk_.read_fault_at_) return sdk::Status::io("simulated: cannot read " + path_);
      if (offset >= node_->octets.size()) return {};
      count = std::min<std::size_t>(into.size, node_->octets.size() - static_cast<std::size_t>(offset));
      if (count != 0) std::memcpy(into.data, node_->octets.data() + offset, count);
      return {};
    });
  }

  sdk::Status write_at(std::uint64_t offset, const sdk::Bytes* pieces, std::size_t piece_count) noexcept override {
    return disk_.guarded([&]() -> sdk::Status {
      if (sdk::Status status = writable(); !status) return status;
      const sdk::Status status = disk_.begin("write", path_);
      std::uint64_t total = 0;
      for (std::size_t i = 0; i < piece_count; ++i) total += pieces[i].size;
      // A write that fails or is the last one before a crash got some of its way.
      std::uint64_t left = status ? total : total == 0 ? 0 : disk_.random_.next() % total;
      for (std::size_t i = 0; i < piece_count && left != 0; ++i) {
        const std::size_t part = std::min<std::size_t>(pieces[i].size, static_cast<std::size_t>(left));
        node_->write(offset, pieces[i].data, part);
        offset += part, left -= part;
      }
      node_->modified_ms = disk_.wall_ms_;
      return status.copy();
    });
  }

  sdk::Status sync(bool) noexcept override {
    sdk::Status status = disk_.guarded([&] { return sync_guarded(); });
    if (disk_.on_sync_) disk_.on_sync_(path_);
    return status;
  }

  sdk::Status truncate(std::uint64_t size) noexcept override {
    return disk_.guarded([&]() -> sdk::Status {
      if (sdk::Status status = writable(); !status) return status;
      if (sdk::Status status = disk_.begin("cut", path_); !status) return status;
      node_->cut(size);
      node_->modified_ms = disk_.wall_ms_;
      return {};
    });
  }

  sdk::Status reserve(std::uint64_t, std::uint64_t) noexcept override {
    return disk_.guarded([&] { return alive(); });
  }

  sdk::Status size(std::uint64_t& size) noexcept override {
    return disk_.guarded([&]() -> sdk::Status {
      size = node_->octets.size();
      return alive();
    });
  }

 private:
  sdk::Status sync_guarded() {
    if (sdk::Status status = alive(); !status) return status;
    sdk::Status status = disk_.begin("sync", path_);
    if (status) {
      node_->sync();
    } else if (!disk_.crashed_) {
      node_->forget_dirty();
      if (status.code() == sdk::Code::kExhausted) return sdk::Status::io("simulated: no room to sync " + path_);
    }
    return status;
  }
  sdk::Status alive() const {
    if (disk_.crashed_ || boot_ != disk_.boot_) return sdk::Status::io("simulated: the machine went down under " + path_);
    return {};
  }
  sdk::Status writable() const { return writable_ ? alive() : sdk::Status::invalid(path_ + " is open for reading only"); }

  SimulatedDisk& disk_;
  Node node_;
  const std::string path_;
  const bool writable_;
  const std::uint64_t boot_;
};

inline std::vector<std::string> SimulatedDisk::split(std::string_view path) {
  std::vector<std::string> names;
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    const std::string_view name = path.substr(0, end);
    if (!name.empty() && name != ".") names.emplace_back(name);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  }
  return names;
}

inline SimulatedDisk::Node SimulatedDisk::find(std::string_view path) const {
  Node node = root_;
  for (const std::string& name : split(path)) {
    const auto found = node->entries.find(name);
    if (found == node->entries.end()) return nullptr;
    node = found->second;
  }
  return node;
}

inline SimulatedDisk::Node SimulatedDisk::parent(std::string_view path, std::string& name) const {
  std::vector<std::string> names = split(path);
  if (names.empty()) return nullptr;
  name = names.back();
  Node node = root_;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    const auto found = node->entries.find(names[i]);
    if (found == node->entries.end()) return nullptr;
    node = found->second;
  }
  return node->is_directory ? node : nullptr;
}

inline sdk::Status SimulatedDisk::begin(const char* what, std::string_view path) {
  if (crashed_) return sdk::Status::io("simulated: the machine is down");
  ++operations_;
  if (trace_) trace_(std::to_string(operations_) + " " + what + " " + std::string(path));
  if (operations_ == crash_at_) {
    crashed_ = true;
    return sdk::Status::io("simulated: the machine goes down");
  }
  if (fault_at_ != 0 && operations_ >= fault_at_ && operations_ - fault_at_ < fault_times_) {
    const std::string message = std::string("simulated: cannot ") + what + " " + std::string(path);
    return fault_ == Fault::kIo ? sdk::Status::io(message) : sdk::Status::exhausted(message + ", the device is full");
  }
  return {};
}

inline void SimulatedDisk::put(std::string_view path, std::vector<std::uint8_t> octets) {
  guarded([&] {
    Node node = root_;
    std::vector<std::string> names = split(path);
    for (std::size_t i = 0; i < names.size(); ++i) {
      Node& next = node->entries[names[i]];
      if (next == nullptr) next = make_node(i + 1 < names.size());
      node->durable_entries[names[i]] = next;
      node = next;
    }
    node->octets = octets;
    node->durable = std::move(octets);
    node->forget_dirty();
  });
}

inline bool SimulatedDisk::damage(const std::vector<std::uint8_t>& octets, std::size_t at) {
  return guarded([&] {
    const std::function<bool(SimulatedNode&)> visit = [&](SimulatedNode& node) {
      const auto found = std::search(node.octets.begin(), node.octets.end(), octets.begin(), octets.end());
      if (!octets.empty() && found != node.octets.end()) {
        found[static_cast<std::ptrdiff_t>(at)] ^= 1;
        node.durable = node.octets;
        return true;
      }
      for (auto& [name, entry] : node.entries)
        if (visit(*entry)) return true;
      return false;
    };
    return visit(*root_);
  });
}

inline sdk::Status SimulatedDisk::open(sdk::Text path, sdk::OpenMode mode, sdk::File*& file) noexcept {
  return guarded([&]() -> sdk::Status {
    if (crashed_) return sdk::Status::io("simulated: the machine is down");
    std::string name;
    const Node directory = parent(str(path), name);
    if (directory == nullptr) return missing(str(path));
    auto found = directory->entries.find(name);
    if (found != directory->entries.end() && mode == sdk::OpenMode::kCreate)
      return sdk::Status::error(sdk::Code::kExists, str(path) + " exists");
    if (found == directory->entries.end()) {
      if (mode == sdk::OpenMode::kRead) return missing(str(path));
      if (sdk::Status status = begin("create", str(path)); !status) return status;
      found = directory->entries.emplace(name, make_node(false)).first;
    }
    if (found->second->is_directory) return sdk::Status::invalid(str(path) + " is a directory");
    file = new OpenFile(*this, found->second, str(path), mode != sdk::OpenMode::kRead);
    ++open_files_;
    return {};
  });
}

inline void SimulatedDisk::close(sdk::File* file) noexcept {
  delete static_cast<OpenFile*>(file);
  guarded([&] { --open_files_; });
}

inline sdk::Status SimulatedDisk::rename(sdk::Text from, sdk::Text to) noexcept {
  return guarded([&]() -> sdk::Status {
    std::string old_name, new_name;
    const Node source = parent(str(from), old_name);
    const Node target = parent(str(to), new_name);
    if (source == nullptr || target == nullptr || !source->entries.contains(old_name)) return missing(str(from));
    const auto replaced = target->entries.find(new_name);
    if (replaced != target->entries.end() && replaced->second->is_directory && !replaced->second->entries.empty())
      return sdk::Status::error(sdk::Code::kExists, str(to) + " is a directory with files in it");
    if (sdk::Status status = begin("rename", str(from)); !status) return status;
    const Node moved = source->entries[old_name];
    source->entries.erase(old_name);
    target->entries[new_name] = moved;
    return {};
  });
}

inline sdk::Status SimulatedDisk::remove(sdk::Text path) noexcept {
  return guarded([&]() -> sdk::Status {
    std::string name;
    const Node directory = parent(str(path), name);
    if (directory == nullptr || !directory->entries.contains(name)) return missing(str(path));
    if (!directory->entries[name]->entries.empty()) return sdk::Status::error(sdk::Code::kExists, str(path) + " is not empty");
    if (sdk::Status status = begin("remove", str(path)); !status) return status;
    directory->entries.erase(name);
    return {};
  });
}

inline sdk::Status SimulatedDisk::make_directory(sdk::Text path) noexcept {
  return guarded([&]() -> sdk::Status {
    Node node = root_;
    for (const std::string& name : split(str(path))) {
      auto found = node->entries.find(name);
      if (found == node->entries.end()) {
        if (sdk::Status status = begin("make", str(path)); !status) return status;
        found = node->entries.emplace(name, make_node(true)).first;
      }
      if (!found->second->is_directory) return sdk::Status::invalid(name + " in " + str(path) + " is a file");
      node = found->second;
    }
    return {};
  });
}

inline sdk::Status SimulatedDisk::sync_directory(sdk::Text path) noexcept {
  return guarded([&]() -> sdk::Status {
    const Node node = find(str(path));
    if (node == nullptr) return missing(str(path));
    if (sdk::Status status = begin("sync-directory", str(path)); !status) return status;
    node->durable_entries = node->entries;
    return {};
  });
}

inline sdk::Status SimulatedDisk::list(sdk::Text path, sdk::DirectoryVisitor& visitor) noexcept {
  // Collected first: the visitor may call the disk.
  std::vector<std::pair<std::string, sdk::FileInfo>> found;
  sdk::Status status = guarded([&]() -> sdk::Status {
    if (crashed_) return sdk::Status::io("simulated: the machine is down");
    const Node node = find(str(path));
    if (node == nullptr) return missing(str(path));
    for (const auto& [name, entry] : node->entries)
      found.emplace_back(name, sdk::FileInfo{{}, entry->octets.size(), entry->modified_ms, entry->is_directory});
    return {};
  });
  for (auto& [name, info] : found) {
    info.name = name;
    visitor.visit(info);
  }
  return status;
}

inline sdk::Status SimulatedDisk::info(sdk::Text path, sdk::FileInfo& info) noexcept {
  return guarded([&]() -> sdk::Status {
    if (crashed_) return sdk::Status::io("simulated: the machine is down");
    const Node node = find(str(path));
    if (node == nullptr) return missing(str(path));
    info = {{}, node->octets.size(), node->modified_ms, node->is_directory};
    return {};
  });
}

inline sdk::Status SimulatedDisk::set_modified(sdk::Text path, std::int64_t wall_ms) noexcept {
  return guarded([&]() -> sdk::Status {
    const Node node = find(str(path));
    if (node == nullptr) return missing(str(path));
    node->modified_ms = wall_ms;
    return {};
  });
}

inline sdk::Status SimulatedDisk::space(sdk::Text path, std::uint64_t& total, std::uint64_t& free) noexcept {
  return guarded([&]() -> sdk::Status {
    if (crashed_) return sdk::Status::io("simulated: the machine is down");
    if (find(str(path)) == nullptr) return missing(str(path));
    std::uint64_t used = 0;
    const std::function<void(const SimulatedNode&)> count = [&](const SimulatedNode& node) {
      used += node.octets.size();
      for (const auto& [name, entry] : node.entries) count(*entry);
    };
    count(*root_);
    total = total_bytes_;
    free = used < total ? total - used : 0;
    return {};
  });
}

inline sdk::Status SimulatedDisk::lock(sdk::Text path) noexcept {
  return guarded([&]() -> sdk::Status {
    if (crashed_) return sdk::Status::io("simulated: the machine is down");
    if (all_locks_foreign_ || foreign_locks_.contains(str(path)))
      return sdk::Status::error(sdk::Code::kExists, "another process holds " + str(path));
    std::string name;
    const Node directory = parent(str(path), name);
    if (directory == nullptr) return missing(str(path));
    if (!directory->entries.contains(name)) directory->entries[name] = directory->durable_entries[name] = make_node(false);
    ++locks_[str(path)];
    return {};
  });
}

}  // namespace barnabas::testing
