#include "kernel/log/header_walk.h"

#include "kernel/log/log_fixture.h"

namespace barnabas::log {
namespace {

class Walk : public LogTest {
 protected:
  Walk() { open_leader(); }

  // The base offsets met; -1 where the walk ended at something that is no batch.
  std::vector<std::int64_t> walk(std::int64_t from, std::int64_t to) {
    HeaderWalk walk(*storage, from, to);
    std::vector<std::int64_t> met;
    for (record::BatchView batch;;) {
      const Result<bool> found = walk.next(batch);
      if (!found) {
        EXPECT_EQ(found.status().code(), Code::kCorrupt);
        met.push_back(-1);
        return met;
      }
      if (!*found) return met;
      met.push_back(batch.base_offset());
      if (batch.control()) {
        EXPECT_TRUE(batch.crc_valid()) << "all of it is there";
      }
    }
  }
};

TEST_F(Walk, MeetsEveryBatchBetweenTwoOffsets) {
  for (const int records : {1, 1000, 3, 1}) produce({.records = records});  // the second is larger than what is read at once
  EXPECT_EQ(walk(0, 1005), (std::vector<std::int64_t>{0, 1, 1001, 1004}));
  EXPECT_EQ(walk(500, 1004), (std::vector<std::int64_t>{1, 1001})) << "the one that holds the offset comes first";
  EXPECT_TRUE(walk(1005, 1005).empty());
}

TEST_F(Walk, ControlBatchesComeWhole) {
  produce({.records = 300, .producer_id = 7, .epoch = 0, .sequence = 0, .transactional = true});
  mark(7, 0, true);
  produce({});
  EXPECT_EQ(walk(0, 302), (std::vector<std::int64_t>{0, 300, 301}));
}

TEST_F(Walk, WhatIsNoBatchEndsIt) {
  produce({});
  produce({});
  disk.batches[1].octets[record::kLengthAt] = 0x7f;
  EXPECT_EQ(walk(0, 2), (std::vector<std::int64_t>{0, -1}));
}

}  // namespace
}  // namespace barnabas::log
