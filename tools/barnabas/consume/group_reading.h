// Reading as a member of a group: goes along with rebalances, takes up where the group has committed, commits what was read. One thread.
//
//   reading.subscribe({"orders"});
//   while (…) {
//     BARNABAS_TRY(reading.follow(positions, where_to_begin));   // `positions` are what this member reads now
//     … read on, move them …
//   }
//   reading.close(positions);                                    // the last commit, and a word that it leaves
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "tools/barnabas/assignor_loader.h"
#include "tools/barnabas/consume/group_settings.h"
#include "tools/barnabas/consume/membership.h"
#include "tools/barnabas/consume/read_position.h"
#include "tools/barnabas/waiting.h"

namespace barnabas::tools {

class GroupReading {
 public:
  // Where to begin where the group has committed nothing: kLatest or another word for an offset.
  using Begin = std::function<Result<std::int64_t>(const ReadPosition&)>;
  // What was committed, after the coordinator took it.
  using Committed = std::function<void(const ReadPosition&)>;

  // `bootstrap` as the client's. The client outlives it.
  static Result<std::unique_ptr<GroupReading>> make(BlockingClient& client, const std::string& bootstrap, GroupSettings settings);

  void on_commit(Committed committed) { committed_ = std::move(committed); }
  void subscribe(std::vector<std::string> topics);
  // Returns at once where there is something to read; else waits a little for the group. What it was given and cannot take yet, it takes
  // the next time.
  Status follow(std::vector<ReadPosition>& positions, const Begin& begin);
  void close(const std::vector<ReadPosition>& positions);

 private:
  GroupReading(BlockingClient& client, GroupSettings settings, std::unique_ptr<AssignorLoader> assignors);

  Status take(std::vector<ReadPosition>& positions, const Begin& begin);
  // Those that moved since the coordinator heard of them.
  client::GroupOffsets moved(const std::vector<ReadPosition>& positions);
  // Now and then, beside the reading: one try, whose answer a later round hears.
  void commit_beside(const std::vector<ReadPosition>& positions);
  // Before others go on there: it waits, and tries again.
  void commit(const std::vector<ReadPosition>& positions);
  // The answer to the commit beside; without `waits` only where it is there already.
  void settle(bool waits);
  void heard(const client::CommitOutcome& outcome);
  std::int64_t now_ms() { return client_.env().clock().mono_ns() / 1'000'000; }

  BlockingClient& client_;
  const std::unique_ptr<AssignorLoader> assignors_;
  const bool auto_commit_;
  const std::int64_t interval_ms_;
  GroupMembership membership_;
  client::TopicPartitions not_taken_;  // what it was given, and does not read yet
  client::GroupOffsets last_;          // what the coordinator has, as far as this member knows
  std::int64_t commit_at_ms_ = 0;
  std::future<client::CommitOutcome> beside_;  // valid: it is out
  Waiting waiting_;                            // for a commit beside that is taken
  Committed committed_;
};

// Finds who leads each partition now. kUnavailable: of one nobody does.
Status find_leaders(BlockingClient& client, std::vector<ReadPosition>& positions);

}  // namespace barnabas::tools
