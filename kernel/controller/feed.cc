#include "kernel/controller/feed.h"

#include <algorithm>

#include "kernel/base/result.h"
#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/record/metadata_batch.h"

namespace barnabas::controller {
namespace {

constexpr std::size_t kBatchBytes = 1 << 20;
constexpr std::size_t kMostFollowers = 1000;
constexpr std::int64_t kForgottenAfterMs = 300'000;

// The image in the form of a snapshot file. Half of one is none: a follower would take what is missing in it for removed.
Result<Octets> snapshot_of(const catalog::Image& image, std::int32_t epoch, std::int64_t now_ms) {
  Octets octets = record::snapshot_header(epoch, now_ms, now_ms);
  std::int64_t offset = 1;
  catalog::FramedRecords pending;
  const auto flush = [&] {
    if (pending.empty()) return;
    const Octets batch = record::metadata_batch(offset, epoch, now_ms, pending.views());
    octets.insert(octets.end(), batch.begin(), batch.end());
    offset += static_cast<std::int64_t>(pending.count());
    pending.clear();
  };
  BARNABAS_TRY(catalog::each_record(image, [&](sdk::Bytes one) {
    pending.add_framed(one);
    if (pending.size_bytes() >= kBatchBytes) flush();
    return Status();
  }));
  flush();
  const Octets footer = record::snapshot_footer(offset, epoch, now_ms);
  octets.insert(octets.end(), footer.begin(), footer.end());
  return octets;
}

}  // namespace

struct Feed::Waiting {
  Waiting(sdk::Executor& executor, const Ask& what, std::function<void(Answer)> call, std::function<void()> expired)
      : ask(what), answer(std::move(call)), deadline(executor, std::move(expired)) {
    deadline.start(ask.wait_ns);
  }

  Ask ask;
  std::function<void(Answer)> answer;
  base::Timer deadline;
};

Feed::Feed(sdk::Host& host, std::size_t kept_bytes) : host_(host), kept_limit_(kept_bytes) {}

Feed::~Feed() = default;

void Feed::begin(std::shared_ptr<const catalog::Image> image, sdk::MetadataPosition end) {
  leads_ = true;
  image_ = std::move(image);
  is_unwritable_ = false;
  kept_.clear();
  kept_bytes_ = 0;
  // Never back: a follower's offset must not come to mean something else.
  start_ = end_ = std::max(end_, end.offset);
  start_epoch_ = end_epoch_ = end.term;
  snapshot_.reset();
  followers_.clear();
  answer_waiting();
}

void Feed::add(const sdk::MetadataBatch& batch, std::shared_ptr<const catalog::Image> image) {
  if (!leads_) return;
  image_ = std::move(image);
  is_unwritable_ = false;
  const auto count = static_cast<std::int64_t>(batch.record_count);
  if (count == 0) return;
  // A store that keeps records may leave out offsets of its own; one that does not counts them otherwise.
  const std::int64_t last = std::max(end_ + count, batch.end.offset) - 1;
  Kept kept{last + 1 - count, last, batch.end.term,
            record::metadata_batch(last + 1 - count, batch.end.term, batch.timestamp_ms, {batch.records, batch.record_count})};
  kept_bytes_ += kept.octets.size();
  kept_.push_back(std::move(kept));
  end_ = last + 1;
  end_epoch_ = batch.end.term;
  while (kept_bytes_ > kept_limit_ && kept_.size() > 1) {
    kept_bytes_ -= kept_.front().octets.size();
    start_ = kept_.front().last + 1;
    start_epoch_ = kept_.front().epoch;
    kept_.pop_front();
  }
  answer_waiting();
}

void Feed::end() {
  leads_ = false;
  image_.reset();
  kept_.clear();
  kept_bytes_ = 0;
  snapshot_.reset();
  followers_.clear();
  answer_waiting();
}

std::int32_t Feed::epoch_before(std::int64_t offset) const {
  const auto behind = std::partition_point(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.last < offset; });
  return behind == kept_.begin() ? start_epoch_ : std::prev(behind)->epoch;
}

bool Feed::is_of_this_line(const Ask& ask) const {
  if (end_ == 0) return ask.offset == 0;  // nothing was ever written
  return ask.offset > 0 && ask.offset >= start_ && ask.offset <= end_ && epoch_before(ask.offset) == ask.last_epoch;
}

Feed::Answer Feed::read(const Ask& ask) {
  Answer answer;
  answer.leads = leads_;
  if (!leads_) return answer;
  answer.high_watermark = end_;
  answer.log_start = start_;
  if (!is_of_this_line(ask)) {
    answer.snapshot = take_snapshot();
    answer.leads = answer.snapshot.has_value();
    return answer;
  }
  const auto first = std::partition_point(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.last < ask.offset; });
  for (auto kept = first; kept != kept_.end(); ++kept) {
    if (kept != first && answer.batches.size() + kept->octets.size() > ask.max_bytes) break;
    answer.batches.insert(answer.batches.end(), kept->octets.begin(), kept->octets.end());
  }
  return answer;
}

// The one that is kept is good as long as what follows it is kept too. Nothing where none can be made of this state.
std::optional<sdk::MetadataPosition> Feed::take_snapshot() {
  if (snapshot_ != nullptr && snapshot_position_.offset >= start_) return snapshot_position_;
  if (is_unwritable_) return std::nullopt;
  Result<Octets> made = snapshot_of(*image_, end_epoch_, host_.clock().wall_ms());
  if (!made) {
    is_unwritable_ = true;
    host_.log(sdk::LogLevel::kError, made.status().message());
    return std::nullopt;
  }
  snapshot_position_ = {end_, end_epoch_};
  snapshot_ = std::make_shared<const Octets>(*std::move(made));
  return snapshot_position_;
}

std::shared_ptr<const Octets> Feed::snapshot(sdk::MetadataPosition position) const {
  return position == snapshot_position_ ? snapshot_ : nullptr;
}

void Feed::note(const Ask& ask) {
  if (!leads_ || ask.follower < 0) return;
  // Whoever says a number is a follower; those that were not heard of for long make room.
  if (followers_.size() >= kMostFollowers && !followers_.contains(ask.follower))
    std::erase_if(followers_, [now = host_.clock().wall_ms()](const auto& one) { return now - one.second.asked_ms > kForgottenAfterMs; });
  if (followers_.size() >= kMostFollowers && !followers_.contains(ask.follower)) return;
  Follower& follower = followers_[ask.follower];
  follower.offset = ask.offset;
  follower.asked_ms = host_.clock().wall_ms();
  if (ask.offset >= end_) follower.caught_up_ms = follower.asked_ms;
}

void Feed::fetch(const Ask& ask, std::function<void(Answer)> answer) {
  note(ask);
  Answer now = read(ask);
  const bool is_news = !now.leads || now.snapshot || !now.batches.empty();
  if (is_news || ask.wait_ns <= 0)
    return base::post(host_.executor(),
                      [answer = std::move(answer), now = std::make_shared<Answer>(std::move(now))] { answer(std::move(*now)); });
  const auto place = waiting_.insert(waiting_.end(), nullptr);
  *place = std::make_unique<Waiting>(host_.executor(), ask, std::move(answer), [this, place] {
    // The timer goes with what waits, so not before this returns.
    const std::shared_ptr<Waiting> late = std::move(*place);
    waiting_.erase(place);
    base::post(host_.executor(), [late] {});
    late->answer(read(late->ask));
  });
}

void Feed::answer_waiting() {
  auto waiting = std::exchange(waiting_, {});
  for (auto& one : waiting)
    base::post(host_.executor(),
               [answer = std::move(one->answer), now = std::make_shared<Answer>(read(one->ask))] { answer(std::move(*now)); });
}

}  // namespace barnabas::controller
