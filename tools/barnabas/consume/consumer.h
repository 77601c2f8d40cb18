// The reader behind `barnabas consume`: prints records of explicit partitions, or of those that a group gives it. One thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/client/client_interceptors.h"
#include "kernel/record/record_reader.h"
#include "kernel/wire/messages/01_fetch.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/consume/group_reading.h"
#include "tools/barnabas/consume/read_position.h"
#include "tools/barnabas/consume/reset_policy.h"
#include "tools/barnabas/record_printer.h"
#include "tools/barnabas/waiting.h"

namespace barnabas::tools {

// What to read, and how.
struct ConsumerSettings {
  std::string topic;                      // or, when it is empty,
  std::string include;                    // a regular expression for topics
  std::optional<std::int32_t> partition;  // nothing: all
  std::int64_t offset = kLatest;          // where to begin
  ResetPolicy reset;                      // where to go on when an offset does not exist, or does not any more
  bool excludes_internal = true;          // Kafka's own topics are not meant by `include`
  bool may_create = true;                 // the question for a topic may make it
  std::int64_t metadata_max_age_ms = 300'000;
  std::int8_t isolation = 0;  // 1: committed transactions only
  bool skip_wrong = false;    // what a deserializer does not take, or an interceptor refuses, is left out
  bool prints = true;
};

class Consumer {
 public:
  Consumer(BlockingClient& client, const record::Codecs& codecs, client::ClientInterceptors& interceptors, RecordPrinter printer,
           ConsumerSettings settings)
      : client_(client), interceptors_(interceptors), printer_(std::move(printer)), settings_(std::move(settings)), reader_(codecs) {}

  // Reads what the group gives it. Before open(); outlives this.
  void join(GroupReading& group) { group_ = &group; }
  // Finds the partitions. A topic that is not there is waited for: with auto.create.topics.enable the question makes it. The first
  // question is answered, or this fails; later ones may find the broker away.
  Status open(std::int64_t timeout_ms);
  // Until `max_messages` were printed, or nothing came for `timeout_ms`, or a signal says so; -1: no limit.
  Status run(std::int64_t max_messages, std::int64_t timeout_ms);
  // The last commit of a member.
  void close();
  std::int64_t printed() const { return printed_; }
  bool timed_out() const { return timed_out_; }
  // Ends run() when it is not zero any more.
  void stop_on(const std::atomic<int>& signal) { stop_signal_ = &signal; }

 private:
  // One look at every partition; whether records came.
  Result<bool> read_all();
  Result<bool> read_from(std::int32_t leader);
  // Where to begin in those partitions of the leader that do not know it yet.
  Status find_offsets(std::int32_t leader);
  void begin_at(std::string_view topic, std::int32_t partition, std::int64_t offset);
  Result<bool> fetch_from(std::int32_t leader);
  // The position goes behind what arrived on standard output, and no further.
  Status print(ReadPosition& position, sdk::Bytes octets, std::span<const wire::FetchResponse::AbortedTransaction> aborted);
  // Collects for write_out().
  Status print_batches(ReadPosition& position, sdk::Bytes octets, std::span<const wire::FetchResponse::AbortedTransaction> aborted);

  // The topics that are meant, with their partitions; none yet is no failure.
  Result<std::vector<TopicFacts>> look_up(bool may_create);
  Status follow_group();
  // Without a group: partitions that were added, and topics that were made anew, are read from their beginning.
  Status find_new_partitions();
  // The topics, where it is time to look again.
  Result<std::optional<std::vector<TopicFacts>>> look_up_again();
  // A broker that is away, or leads no more, is in the way of its partitions alone; nothing else is survived.
  Status survive(Status why);
  // After a round in which something was in the way.
  Status look_for_leaders();
  bool stopped() const { return stop_signal_ != nullptr && *stop_signal_ != 0; }
  Status write_out();

  BlockingClient& client_;
  client::ClientInterceptors& interceptors_;
  RecordPrinter printer_;
  ConsumerSettings settings_;
  GroupReading* group_ = nullptr;
  record::RecordReader reader_;
  std::vector<ReadPosition> positions_;
  std::int64_t topics_at_ns_ = 0;  // when topics are looked up again
  std::int64_t left_ = -1;
  std::int64_t printed_ = 0;
  Waiting waiting_;
  bool in_the_way_ = false;  // something was, in this round
  std::string out_;
  bool timed_out_ = false;
  const std::atomic<int>* stop_signal_ = nullptr;
};

}  // namespace barnabas::tools
