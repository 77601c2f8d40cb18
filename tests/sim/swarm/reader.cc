#include "sim/swarm/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/record/batch_view.h"
#include "kernel/wire/messages/02_list_offsets.h"

namespace barnabas::sim {
namespace {

using wire::ErrorCode;

constexpr std::int32_t kMaxWaitMs = 300;
constexpr std::int64_t kEarliest = -2;
constexpr std::int64_t kLatest = -1;

struct Question {
  std::string name;
  wire::ListOffsetsRequest::ListOffsetsPartition partition;
  wire::ListOffsetsRequest::ListOffsetsTopic topic;
};

}  // namespace

// A request, what it views, and what was asked.
struct Reader::Asked {
  Moment when;
  std::map<Key, std::int64_t> offsets;
  std::vector<std::vector<wire::FetchRequest::FetchPartition>> partitions;
  std::vector<wire::FetchRequest::FetchTopic> topics;
  bool new_session = false;
};

Reader::Reader(Scene& scene, int number, bool is_last)
    : Actor(scene, "reader " + std::to_string(number), number),
      is_last_(is_last),
      by_name_(!is_last && one_in(2)),
      in_session_(!is_last && one_in(2)),
      most_bytes_(static_cast<std::int32_t>(is_last ? 1 << 20 : 200 << below(8))),
      records_(codecs_) {}

bool Reader::is_done() const {
  return !followed_.empty() && std::all_of(followed_.begin(), followed_.end(), [&](const auto& entry) {
    const Following& one = entry.second;
    return scene_.topics[one.topic].goes || (one.at_end && one.position >= scene_.history.end(place(one)));
  });
}

std::string Reader::state() const {
  std::string text;
  for (const auto& [key, one] : followed_)
    text += scene_.history.name(place(one)) + " at " + std::to_string(one.position) + " of " +
            std::to_string(scene_.history.end(place(one))) + (one.at_end ? " at the end; " : "; ");
  return text;
}

// Who asks for less than a batch gets one in an answer, of one partition: in the end that must not take the time that a stuck reader is
// given.
std::int64_t Reader::pause_ns() {
  if (is_last_) return kMillisecondNs;
  return (scene_.settling ? 1 + below(10) : 10 + below(60)) * kMillisecondNs;
}

void Reader::act() {
  follow_topics();
  if (asks_ || followed_.empty()) return;
  for (auto& [key, one] : followed_)
    if (one.is_lost) return look_for_position(one);
  fetch();
}

void Reader::follow_topics() {
  for (std::size_t topic = 0; topic < scene_.topics.size(); ++topic) {
    const SceneTopic& one = scene_.topics[topic];
    for (std::int32_t partition = 0; partition < static_cast<std::int32_t>(one.places.size()); ++partition) {
      const Key key{topic, partition};
      if (one.goes) {
        if (followed_.erase(key) != 0) session_epoch_ = 0;
      } else if (one.lasting || !by_name_) {
        const auto [following, is_new] = followed_.try_emplace(key);
        following->second.topic = topic;
        following->second.partition = partition;
        if (is_new) session_epoch_ = 0;
      }
    }
  }
}

void Reader::fetch() {
  auto asked = std::make_shared<Asked>();
  asked->when = scene_.history.now();
  asked->new_session = session_id_ == 0 || session_epoch_ == 0;
  asked->partitions.reserve(scene_.topics.size());
  for (auto& [key, one] : followed_) {
    if (in_session_ && !asked->new_session && one.told_position == one.position) {
      asked->offsets[key] = one.position;
      continue;
    }
    const SceneTopic& topic = scene_.topics[one.topic];
    if (asked->topics.empty() || asked->topics.back().topic_id != topic.id) {
      asked->partitions.emplace_back();
      wire::FetchRequest::FetchTopic named;
      named.topic = topic.name;
      named.topic_id = topic.id;
      asked->topics.push_back(named);
    }
    wire::FetchRequest::FetchPartition partition;
    partition.partition = one.partition;
    partition.fetch_offset = one.position;
    partition.partition_max_bytes = most_bytes_;
    asked->partitions.back().push_back(partition);
    asked->topics.back().partitions = asked->partitions.back();
    asked->offsets[key] = one.told_position = one.position;
  }
  wire::FetchRequest request;
  request.max_wait_ms = is_last_ ? 0 : kMaxWaitMs;
  request.min_bytes = 1;
  request.max_bytes = 1 << 20;
  request.session_id = in_session_ ? session_id_ : 0;
  request.session_epoch = in_session_ ? (asked->new_session ? 0 : session_epoch_) : -1;
  request.topics = asked->topics;
  asks_ = true;
  call<wire::FetchResponse>(
      request, asked,
      [this, asked](Result<client::Reply<wire::FetchResponse>> reply) {
        asks_ = false;
        if (!reply || reply->response.error_code != ErrorCode::kNone) {
          session_epoch_ = 0;  // whatever the broker made of it: a new session
          return;
        }
        took(*asked, *reply);
      },
      by_name_ ? kLastFetchByName : INT16_MAX);
}

void Reader::took(const Asked& asked, client::Reply<wire::FetchResponse>& reply) {
  if (in_session_) {
    if (asked.new_session) session_id_ = reply.response.session_id;
    if (session_epoch_ != 0 || asked.new_session) session_epoch_ = asked.new_session ? 1 : session_epoch_ + 1;
  }
  for (auto& topic : reply.response.responses)
    for (Answer& answer : topic.partitions)
      for (auto& [key, one] : followed_) {
        const SceneTopic& known = scene_.topics[one.topic];
        if (one.partition != answer.partition_index || (by_name_ ? topic.topic != known.name : topic.topic_id != known.id)) continue;
        const auto offset = asked.offsets.find(key);
        if (offset == asked.offsets.end()) continue;
        scene_.mischief.on_fetched(answer, offset->second, now_ns());
        took(one, offset->second, asked.when, answer);
        break;
      }
}

void Reader::took(Following& one, std::int64_t asked_offset, Moment asked, Answer& answer) {
  if (answer.error_code != ErrorCode::kNone) return refused(one, answer.error_code);
  if (one.position != asked_offset) return;
  scene_.history.told(place(one), answer.high_watermark, answer.log_start_offset, asked, one.watch);
  if (is_last_ && one.begin < 0) {
    one.begin = answer.log_start_offset;
    if (one.position < one.begin) one.position = one.begin;
  }
  take_records(one, asked, answer);
  note(fmt::format("has {} up to {} of {} to {}", scene_.history.name(place(one)), one.position, answer.log_start_offset,
                   answer.high_watermark));
  one.at_end = one.position >= answer.high_watermark;
  if (is_last_ && one.at_end) scene_.history.end_last_look(place(one), one.begin, answer.high_watermark);
}

void Reader::take_records(Following& one, Moment asked, const Answer& answer) {
  const std::string where = scene_.history.name(place(one));
  const auto wrong = [&](const char* promise, const std::string& what) {
    scene_.history.wrong(promise, where + ": a reader at " + std::to_string(one.position) + " got " + what);
  };
  record::BatchReader batches(answer.records.bytes);
  bool is_first = true;
  for (record::BatchView batch; batches.next(batch); is_first = false) {
    if (batch.magic() != 2 || !batch.crc_valid()) return wrong("I1", "a damaged batch");
    const bool holds_position = batch.base_offset() <= one.position && batch.last_offset() >= one.position;
    if (is_first ? !holds_position : batch.base_offset() != one.position)
      return wrong("I10", "a batch from " + std::to_string(batch.base_offset()) + " to " + std::to_string(batch.last_offset()));
    if (batch.last_offset() >= answer.high_watermark)
      return wrong(
          "I5", "offset " + std::to_string(batch.last_offset()) + " with the high watermark at " + std::to_string(answer.high_watermark));
    if (!records_.open(batch).ok()) return wrong("I1", "a batch that can not be read");
    for (record::RecordView record; records_.next(record);) {
      if (record.offset < one.position) continue;
      if (record.offset != one.position || !record.value) return wrong("I10", "offset " + std::to_string(record.offset));
      scene_.history.read(place(one), record.offset, *record.value, asked);
      ++one.position;
    }
    if (one.position != batch.next_offset()) return wrong("I10", "a batch that ends before it says so");
  }
  if (!batches.status().ok()) wrong("I1", "octets that are no batch");
}

void Reader::refused(Following& one, ErrorCode error) {
  const std::string where = scene_.history.name(place(one));
  if (error == ErrorCode::kOffsetOutOfRange) {
    if (!scene_.history.may_be_out_of_range(place(one), one.position))
      return scene_.history.wrong("I1", where + ": offset " + std::to_string(one.position) + " was there, and is out of range");
    one.is_lost = true;
  } else if (error == ErrorCode::kUnknownTopicOrPartition || error == ErrorCode::kUnknownTopicId) {
    if (!scene_.topics[one.topic].goes)
      scene_.history.wrong("I1", where + ": a reader was told that the topic does not exist, and it does");
  } else if (error == ErrorCode::kCorruptMessage) {
    scene_.history.wrong("I1", where + ": a reader was told that the log is damaged");
  }
}

// Where it goes on is what the log has: its beginning, or its end when the tail is gone.
void Reader::look_for_position(Following& one) {
  const Key key{one.topic, one.partition};
  asks_ = true;
  ask_for_position(key, kEarliest, [this, key](std::int64_t earliest) {
    const auto found = followed_.find(key);
    if (found == followed_.end() || earliest < 0) return;
    if (found->second.position < earliest) {
      found->second.position = earliest;
      found->second.is_lost = false;
      return;
    }
    asks_ = true;
    ask_for_position(key, kLatest, [this, key](std::int64_t latest) {
      const auto again = followed_.find(key);
      if (again == followed_.end() || latest < 0) return;
      again->second.position = std::min(again->second.position, latest);
      again->second.is_lost = false;
    });
  });
}

void Reader::ask_for_position(const Key& key, std::int64_t timestamp, std::function<void(std::int64_t)> then) {
  auto kept = std::make_shared<Question>();
  kept->name = scene_.topics[key.first].name;
  kept->partition.partition_index = key.second;
  kept->partition.timestamp = timestamp;
  kept->topic.name = kept->name;
  kept->topic.partitions = std::span(&kept->partition, 1);
  wire::ListOffsetsRequest request;
  request.replica_id = -1;
  request.topics = std::span(&kept->topic, 1);
  call<wire::ListOffsetsResponse>(request, kept, [this, then = std::move(then)](Result<client::Reply<wire::ListOffsetsResponse>> reply) {
    asks_ = false;
    if (!reply || reply->response.topics.empty() || reply->response.topics[0].partitions.empty()) return then(-1);
    const auto& partition = reply->response.topics[0].partitions[0];
    then(partition.error_code == ErrorCode::kNone ? partition.offset : -1);
  });
}

}  // namespace barnabas::sim
