#include "kernel/log/lease_walk.h"

#include "kernel/log/log_fixture.h"

namespace barnabas::log {
namespace {

struct MemoryFile final : sdk::File {
  explicit MemoryFile(Octets content) : octets(std::move(content)) {}
  Status read_at(std::uint64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override {
    count = offset >= octets.size() ? 0 : std::min<std::size_t>(into.size, octets.size() - static_cast<std::size_t>(offset));
    std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(offset), count, into.data);
    return {};
  }
  Status write_at(std::uint64_t, const sdk::Bytes*, std::size_t) noexcept override { return {}; }
  Status sync(bool) noexcept override { return {}; }
  Status truncate(std::uint64_t) noexcept override { return {}; }
  Status reserve(std::uint64_t, std::uint64_t) noexcept override { return {}; }
  Status size(std::uint64_t&) noexcept override { return {}; }
  Octets octets;
};

Octets three_batches() {
  Octets octets;
  for (std::int64_t base : {10, 14, 18}) {
    const Octets batch = make_batch({.records = 4, .base_offset = base});
    octets.insert(octets.end(), batch.begin(), batch.end());
  }
  return octets;
}

TEST(EndOfLease, InMemoryHoweverItIsCut) {
  const Octets octets = three_batches();
  const std::size_t batch = octets.size() / 3;
  for (std::size_t first = 0; first <= octets.size(); ++first)
    for (const std::size_t size : {octets.size(), octets.size() - 5}) {
      if (first > size) continue;
      sdk::Lease lease;
      lease.regions[0] = {sdk::Bytes(octets).slice(0, first), nullptr, 0, first};
      lease.regions[1] = {sdk::Bytes(octets).slice(first, size - first), nullptr, 0, size - first};
      lease.region_count = 2;
      lease.size = size;
      ASSERT_EQ(*end_of_lease(lease), 22) << first;
      lease.size = lease.regions[1].size = 0;
      lease.size = first;
      const std::int64_t whole = static_cast<std::int64_t>(first / batch);
      const bool begins_another = first % batch >= 27;
      ASSERT_EQ(*end_of_lease(lease), whole + begins_another == 0 ? 0 : 10 + 4 * (whole + begins_another)) << first;
    }
}

TEST(EndOfLease, InAFile) {
  MemoryFile file(three_batches());
  sdk::Lease lease;
  const std::size_t batch = file.octets.size() / 3;
  lease.regions[0] = {{}, &file, batch, batch};
  lease.region_count = 1;
  lease.size = batch;
  EXPECT_EQ(*end_of_lease(lease), 18);
  file.octets.resize(batch + 10);
  EXPECT_EQ(end_of_lease(lease).status().code(), Code::kCorrupt);
}

TEST(EndOfLease, SizesThatCanNotBeAreRefused) {
  Octets octets = three_batches();
  record::store(octets.data() + record::kLengthAt, std::int32_t{-12});
  sdk::Lease lease;
  lease.regions[0] = {octets, nullptr, 0, octets.size()};
  lease.region_count = 1;
  lease.size = octets.size();
  EXPECT_EQ(end_of_lease(lease).status().code(), Code::kCorrupt);
  EXPECT_EQ(*end_of_lease({}), 0);
}

}  // namespace
}  // namespace barnabas::log
