// Asks brokers about groups: the coordinator of each is looked for, and asked again while it is loading or moving. Everything waits.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tools/barnabas/blocking_client.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/groups/facts.h"
#include "tools/barnabas/kafka_errors.h"

namespace barnabas::tools {

class GroupReader {
 public:
  // `timeout_ms`: how long a question may wait for an answer that is one.
  GroupReader(BlockingClient& client, std::int64_t timeout_ms) : client_(client), timeout_ms_(timeout_ms) {}

  // All groups of all brokers, by id: consumers', Kafka Connect's, share groups.
  Result<std::vector<GroupListing>> list();
  // kNotFound: there is no such group.
  Result<GroupDescription> describe(const std::string& group);
  Result<CommittedOffsets> committed(const std::string& group);
  // Where the logs of the partitions are at a time: kEarliest, kLatest, or milliseconds since 1970; -1 where nothing is that young.
  // Partitions that have no leader, or do not exist, are left out.
  static constexpr std::int64_t kLatest = -1;
  static constexpr std::int64_t kEarliest = -2;
  Result<Offsets> log_offsets(const std::set<TopicPartition>& partitions, std::int64_t at);

  // Calls the group's coordinator. `error_of`: what the response says of the whole; it is asked again while that is "not here" or "not
  // yet".
  template <class Response, class Request>
  Result<client::Reply<Response>> call(const std::string& group, const Request& request,
                                       const std::function<wire::ErrorCode(const Response&)>& error_of,
                                       std::int16_t max_version = INT16_MAX) {
    const Patience patience(*this);
    for (;;) {
      auto node = coordinator(group, patience);
      if (!node) return std::move(node).status();
      auto reply = client_.call<Response>(client::Target::node(node->id), request, max_version);
      if (!reply) return reply;
      const wire::ErrorCode error = error_of(reply->response);
      if (!is_passing(error)) return reply;
      if (!patience.wait()) return gave_up(group, error);
    }
  }

 private:
  struct Coordinator {
    std::int32_t id = -1;
    std::string address;
  };
  // Pauses between two tries, until the time is up.
  class Patience {
   public:
    explicit Patience(GroupReader& reader);
    bool wait() const;

   private:
    GroupReader& reader_;
    std::int64_t until_ms_;
  };

  static bool is_passing(wire::ErrorCode error);
  Status gave_up(const std::string& group, wire::ErrorCode error) const;
  std::int64_t now_ms() const;
  Result<Coordinator> coordinator(const std::string& group, const Patience& patience);
  // Nothing: the broker does not know it as a group of KIP-848, or knows no such groups.
  Result<std::optional<GroupDescription>> describe_consumer_group(const std::string& group);
  Result<GroupDescription> describe_classic_group(const std::string& group);
  // Adds to `offsets`; false: a leader has moved, ask again.
  Result<bool> ask_leader(std::int32_t leader, const std::set<TopicPartition>& partitions, std::int64_t at, Offsets& offsets);

  BlockingClient& client_;
  std::int64_t timeout_ms_;
};

}  // namespace barnabas::tools
