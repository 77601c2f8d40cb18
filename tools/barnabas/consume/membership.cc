#include "tools/barnabas/consume/membership.h"

#include <chrono>

namespace barnabas::tools {

template <class Call>
void GroupMembership::run(Call&& call) {
  std::promise<void> done;
  base::post(client_.loop(), [&] {
    call();
    done.set_value();
  });
  done.get_future().wait();
}

GroupMembership::GroupMembership(BlockingClient& client, client::SessionSettings settings) : client_(client) {
  run([&] { session_ = client::make_group_session(client_.loop(), std::move(settings), *this); });
}

GroupMembership::~GroupMembership() {
  run([&] { session_.reset(); });
}

void GroupMembership::subscribe(std::vector<std::string> topics) {
  run([&] { session_->subscribe(std::move(topics)); });
}

GroupMembership::News GroupMembership::look(std::int64_t wait_ms) {
  run([&] { session_->polled(); });
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return has_news_; });
  has_news_ = false;
  return std::exchange(news_, {});
}

void GroupMembership::gave_up() {
  run([&] { session_->gave_up(); });
}

Result<client::GroupOffsets> GroupMembership::fetch_offsets(const client::TopicPartitions& partitions) {
  std::promise<Result<client::GroupOffsets>> answer;
  auto future = answer.get_future();
  run([&] { session_->fetch_offsets(partitions, [&](Result<client::GroupOffsets> offsets) { answer.set_value(std::move(offsets)); }); });
  return future.get();
}

std::future<client::CommitOutcome> GroupMembership::commit(const client::GroupOffsets& offsets) {
  auto answer = std::make_shared<std::promise<client::CommitOutcome>>();
  run([&] { session_->commit(offsets, [answer](client::CommitOutcome outcome) { answer->set_value(std::move(outcome)); }); });
  return answer->get_future();
}

void GroupMembership::leave() {
  std::promise<void> left;
  auto future = left.get_future();
  run([&] { session_->leave([&] { left.set_value(); }); });
  future.wait();
}

void GroupMembership::on_give_up(const client::TopicPartitions& keep, bool lost) {
  const std::lock_guard lock(mutex_);
  news_.give_up = true;
  news_.keep = keep;
  news_.lost = lost;
  news_.assigned.reset();  // it is over before the command saw it
  has_news_ = true;
  arrived_.notify_one();
}

void GroupMembership::on_assigned(const client::TopicPartitions& partitions) {
  const std::lock_guard lock(mutex_);
  news_.assigned = partitions;
  has_news_ = true;
  arrived_.notify_one();
}

void GroupMembership::on_ended(const Status& why) {
  const std::lock_guard lock(mutex_);
  news_.ended = why.copy();
  has_news_ = true;
  arrived_.notify_one();
}

}  // namespace barnabas::tools
