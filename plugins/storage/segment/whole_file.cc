#include "whole_file.h"

#include "layout.h"

#include <vector>

namespace barnabas::segment {

using sdk::Status;

Status read_file(sdk::Disk& disk, const std::string& path, std::size_t limit_bytes, std::string& content) {
  content.clear();
  sdk::File* file = nullptr;
  if (Status status = disk.open(path, sdk::OpenMode::kRead, file); !status) return status;
  std::uint64_t size = 0;
  Status status = file->size(size);
  if (status && size > limit_bytes)
    status = Status::corrupt(path + " has " + std::to_string(size) + " octets, more than the " + std::to_string(limit_bytes) +
                             " such a file may have");
  if (status) {
    content.resize(static_cast<std::size_t>(size));
    std::size_t count = 0;
    status = file->read_at(0, {reinterpret_cast<std::uint8_t*>(content.data()), content.size()}, count);
    content.resize(count);
  }
  disk.close(file);
  return status;
}

Status replace_file(sdk::Disk& disk, const std::string& folder, std::string_view name, sdk::Bytes content, bool sync) {
  const std::string path = folder + "/" + std::string(name);
  const std::string temporary = path + std::string(kTemporarySuffix);
  sdk::File* file = nullptr;
  if (Status status = disk.open(temporary, sdk::OpenMode::kWrite, file); !status) return status;
  Status status = file->truncate(0);
  if (status) status = file->write_at(0, &content, 1);
  if (status && sync) status = file->sync(false);
  disk.close(file);
  if (status) status = disk.rename(temporary, path);
  if (status && sync) status = disk.sync_directory(folder);
  return status;
}

Status make_folder(sdk::Disk& disk, const std::string& path) {
  std::vector<std::string> holders;  // of the folders that are missing, deepest first
  std::string missing = path;
  sdk::FileInfo info;
  while (!missing.empty() && disk.info(missing, info).code() == sdk::Code::kNotFound) {
    const std::size_t slash = missing.rfind('/');
    const std::string holder = slash == std::string::npos ? "." : slash == 0 ? "/" : missing.substr(0, slash);
    holders.push_back(holder);
    missing = slash == std::string::npos ? std::string() : missing.substr(0, slash);
  }
  if (Status status = disk.make_directory(path); !status) return status;
  for (const std::string& holder : holders)
    if (Status status = disk.sync_directory(holder); !status) return status;
  return {};
}

Status remove_file(sdk::Disk& disk, const std::string& path) {
  Status status = disk.remove(path);
  return status.code() == sdk::Code::kNotFound ? Status() : std::move(status);
}

}  // namespace barnabas::segment
