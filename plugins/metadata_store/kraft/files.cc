#include "files.h"

#include <algorithm>

namespace barnabas::kraft {

Status OpenFile::open(sdk::Disk& disk, const std::string& path, sdk::OpenMode mode) {
  close();
  disk_ = &disk;
  return disk.open(path, mode, file_);
}

void OpenFile::close() {
  if (file_ != nullptr) disk_->close(std::exchange(file_, nullptr));
}

Result<Octets> read_file(sdk::Disk& disk, const std::string& path) {
  OpenFile file;
  BARNABAS_TRY(file.open(disk, path, sdk::OpenMode::kRead));
  std::uint64_t size = 0;
  BARNABAS_TRY(file->size(size));
  Octets content(static_cast<std::size_t>(size));
  std::size_t count = 0;
  BARNABAS_TRY(file->read_at(0, {content.data(), content.size()}, count));
  content.resize(count);
  return content;
}

Status write_file(sdk::Disk& disk, const std::string& path, sdk::Bytes content) {
  OpenFile file;
  BARNABAS_TRY(file.open(disk, path, sdk::OpenMode::kWrite));
  BARNABAS_TRY(file->truncate(0));
  return file->write_at(0, &content, 1);
}

Status replace_file(sdk::Disk& disk, const std::string& directory, const std::string& name, sdk::Bytes content, Durable durable,
                    std::string_view suffix) {
  const std::string path = directory + "/" + name;
  const std::string temporary = path + std::string(suffix);
  {
    OpenFile file;
    BARNABAS_TRY(file.open(disk, temporary, sdk::OpenMode::kWrite));
    BARNABAS_TRY(file->truncate(0));
    BARNABAS_TRY(file->write_at(0, &content, 1));
    if (durable == Durable::kYes) BARNABAS_TRY(file->sync(false));
  }
  BARNABAS_TRY(disk.rename(temporary, path));
  return durable == Durable::kYes ? disk.sync_directory(directory) : Status();
}

Result<std::vector<std::string>> list_files(sdk::Disk& disk, const std::string& directory) {
  class Names final : public sdk::DirectoryVisitor {
   public:
    void visit(const sdk::FileInfo& info) noexcept override {
      if (!info.is_directory) names.emplace_back(info.name.data, info.name.size);
    }
    std::vector<std::string> names;
  } names;
  const auto there = file_exists(disk, directory);
  if (!there) return there.status().copy();
  if (!*there) return std::vector<std::string>();
  BARNABAS_TRY(disk.list(directory, names));
  std::sort(names.names.begin(), names.names.end());
  return std::move(names.names);
}

Status make_durable_directory(sdk::Disk& disk, const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  const std::string parent = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const auto there = file_exists(disk, parent);
  if (!there) return there.status().copy();
  if (!*there) BARNABAS_TRY(make_durable_directory(disk, parent));
  BARNABAS_TRY(disk.make_directory(path));
  return disk.sync_directory(parent);
}

Result<bool> file_exists(sdk::Disk& disk, const std::string& path) {
  sdk::FileInfo info;
  Status status = disk.info(path, info);
  if (!status && status.code() != sdk::Code::kNotFound) return status;
  return status.ok();
}

}  // namespace barnabas::kraft
