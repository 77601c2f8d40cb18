// Small files, read and replaced as a whole. [any thread]
#pragma once

#include <barnabas/sdk/host.h>

#include <string>
#include <string_view>

namespace barnabas::segment {

// kNotFound when there is none, kCorrupt when it is larger than `limit_bytes`.
sdk::Status read_file(sdk::Disk& disk, const std::string& path, std::size_t limit_bytes, std::string& content);

// Through NAME.tmp and a rename, so that a reader finds the old content or the new. Durable when `sync`: the folder is synced too.
sdk::Status replace_file(sdk::Disk& disk, const std::string& folder, std::string_view name, sdk::Bytes content, bool sync);

// With its parents, and durable.
sdk::Status make_folder(sdk::Disk& disk, const std::string& path);

// No error where there is none.
sdk::Status remove_file(sdk::Disk& disk, const std::string& path);

}  // namespace barnabas::segment
