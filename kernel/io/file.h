// An open file of the operating system. Any thread; reads and writes at disjoint ranges may run at once.
#pragma once

#include "kernel/io/descriptor.h"

#include <barnabas/sdk/host.h>

#include <string>

namespace barnabas::io {

class SystemFile final : public sdk::File {
 public:
  SystemFile(Descriptor descriptor, std::string path) : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  sdk::Status read_at(std::uint64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override;
  sdk::Status write_at(std::uint64_t offset, const sdk::Bytes* pieces, std::size_t piece_count) noexcept override;
  sdk::Status sync(bool data_only) noexcept override;
  sdk::Status truncate(std::uint64_t size) noexcept override;
  sdk::Status reserve(std::uint64_t offset, std::uint64_t size) noexcept override;
  sdk::Status size(std::uint64_t& size) noexcept override;
  int descriptor() noexcept override { return descriptor_.get(); }

 private:
  Descriptor descriptor_;
  std::string path_;
};

}  // namespace barnabas::io
