// A command's membership of a group: the session lives on the client's loop, everything here is for the command's thread, and waits.
#pragma once

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kernel/client/group_session.h"
#include "tools/barnabas/blocking_client.h"

namespace barnabas::tools {

class GroupMembership final : private client::GroupSession::Owner {
 public:
  // What has happened since the last look.
  struct News {
    bool give_up = false;          // all but `keep`; then gave_up() is awaited
    client::TopicPartitions keep;  //
    bool lost = false;             // and a commit would be refused
    std::optional<client::TopicPartitions> assigned;
    Status ended;
  };

  // The client outlives it.
  GroupMembership(BlockingClient& client, client::SessionSettings settings);
  ~GroupMembership();
  GroupMembership(const GroupMembership&) = delete;
  GroupMembership& operator=(const GroupMembership&) = delete;

  void subscribe(std::vector<std::string> topics);
  // Says that the command is alive. Waits up to `wait_ms` where there is no news.
  News look(std::int64_t wait_ms);
  void gave_up();
  // Once; kUnavailable: the same may succeed later.
  Result<client::GroupOffsets> fetch_offsets(const client::TopicPartitions& partitions);
  // The answer may be waited for.
  std::future<client::CommitOutcome> commit(const client::GroupOffsets& offsets);
  void leave();

 private:
  void on_give_up(const client::TopicPartitions& keep, bool lost) override;
  void on_assigned(const client::TopicPartitions& partitions) override;
  void on_ended(const Status& why) override;
  // On the loop, until it is done.
  template <class Call>
  void run(Call&& call);

  BlockingClient& client_;
  std::unique_ptr<client::GroupSession> session_;  // the loop's
  std::mutex mutex_;
  std::condition_variable arrived_;
  News news_;
  bool has_news_ = false;
};

}  // namespace barnabas::tools
