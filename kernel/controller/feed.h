// What a controller tells the brokers of other processes: its records as a metadata log (KIP-595) and its image as a snapshot of it
// (KIP-630), whatever store the records came from.
//
// The newest batches are kept, up to a limit; who is further behind than those, or followed another line, is told to take a snapshot first.
// Offsets are the store's where it keeps records; otherwise they are counted here, and mean something in one term only. Everything on the
// controller's loop.
#pragma once

#include <barnabas/sdk/host.h>
#include <barnabas/sdk/metadata_store.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "kernel/base/task.h"
#include "kernel/catalog/image.h"

namespace barnabas::controller {

using Octets = std::vector<std::uint8_t>;

class Feed {
 public:
  struct Ask {
    std::int32_t follower = -1;   // its node id
    std::int64_t offset = 0;      // of the first record it has not
    std::int32_t last_epoch = 0;  // of the last one it has
    std::size_t max_bytes = 0;    // at least one batch is given
    std::int64_t wait_ns = 0;     // for something new
  };
  struct Answer {
    bool leads = false;  // and has what the follower needs; otherwise nothing else is said
    std::int64_t high_watermark = -1;
    std::int64_t log_start = -1;
    std::optional<sdk::MetadataPosition> snapshot;  // to be taken before anything else
    Octets batches;
  };
  struct Follower {
    std::int64_t offset = 0;
    std::int64_t asked_ms = -1;
    std::int64_t caught_up_ms = -1;
  };

  explicit Feed(sdk::Host& host, std::size_t kept_bytes = 8 << 20);
  ~Feed();

  // This node leads from now on: what was before is in `image` alone, which ends at `end`; who has all of it says `end.term`.
  void begin(std::shared_ptr<const catalog::Image> image, sdk::MetadataPosition end);
  // `image` is the state behind the batch.
  void add(const sdk::MetadataBatch& batch, std::shared_ptr<const catalog::Image> image);
  // Another node leads, or nobody.
  void end();

  // `answer` is called once, never from inside the call.
  void fetch(const Ask& ask, std::function<void(Answer)> answer);
  // A snapshot that fetch() named; null when it is not kept any more.
  std::shared_ptr<const Octets> snapshot(sdk::MetadataPosition position) const;
  const std::map<std::int32_t, Follower>& followers() const { return followers_; }

 private:
  struct Kept {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int32_t epoch = 0;
    Octets octets;
  };
  struct Waiting;

  std::int32_t epoch_before(std::int64_t offset) const;
  bool is_of_this_line(const Ask& ask) const;
  Answer read(const Ask& ask);
  std::optional<sdk::MetadataPosition> take_snapshot();
  void answer_waiting();
  void note(const Ask& ask);

  sdk::Host& host_;
  const std::size_t kept_limit_;
  bool leads_ = false;
  std::shared_ptr<const catalog::Image> image_;
  bool is_unwritable_ = false;  // image_: no snapshot can be made of it
  std::deque<Kept> kept_;
  std::size_t kept_bytes_ = 0;
  std::int64_t start_ = 0;  // of the first record that is kept
  std::int64_t end_ = 0;
  std::int32_t start_epoch_ = 0;  // of the record before start_
  std::int32_t end_epoch_ = 0;
  sdk::MetadataPosition snapshot_position_;
  std::shared_ptr<const Octets> snapshot_;
  std::list<std::unique_ptr<Waiting>> waiting_;
  std::map<std::int32_t, Follower> followers_;
};

}  // namespace barnabas::controller
