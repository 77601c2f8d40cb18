#include "sim/swarm/producer.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/wire/messages/22_init_producer_id.h"

namespace barnabas::sim {
namespace {

using wire::ErrorCode;

constexpr std::size_t kMostOnTheWay = 5;
constexpr std::size_t kMostWaiting = 8;
constexpr std::uint32_t kMostRecords = 4;
constexpr std::int64_t kRestNs = 100 * kMillisecondNs;
// Before all clocks of the run, however they jump, and not so long before that a producer counts as idle.
constexpr std::int64_t kFirstTimestampMs = 1'699'960'000'000;

// A request, and what it views.
struct Sent {
  std::vector<std::uint8_t> octets;
  std::string name;
  wire::ProduceRequest::PartitionProduceData data;
  wire::ProduceRequest::TopicProduceData topic;
};

// The same may succeed later, in the client's eyes.
bool is_worth_a_retry(ErrorCode error) {
  return wire::is_retriable(error) || error == ErrorCode::kOutOfOrderSequenceNumber || error == ErrorCode::kUnknownServerError;
}

}  // namespace

Producer::Producer(Scene& scene, int number, bool is_careful)
    : Actor(scene, "producer " + std::to_string(number), number),
      number_(static_cast<std::size_t>(number)),
      careful_(is_careful),
      by_name_(one_in(2)),
      acks_(one_in(4) ? 1 : -1) {}

bool Producer::is_done() const {
  for (std::size_t topic = 0; topic < scene_.topics.size(); ++topic)  // it may not have looked at the last of them yet
    if (goes_to(scene_.topics[topic]) && !lines_.contains({topic, 0})) return false;
  return std::all_of(lines_.begin(), lines_.end(), [&](const auto& entry) {
    return is_gone(entry.second) || (entry.second.said_farewell && entry.second.batches.empty());
  });
}

std::string Producer::state() const {
  std::size_t waiting = 0;
  for (const auto& [key, line] : lines_) waiting += line.batches.size();
  return std::to_string(waiting) + " batches wait";
}

std::int64_t Producer::pause_ns() { return (5 + below(40)) * kMillisecondNs; }

void Producer::act() {
  for (std::size_t topic = 0; topic < scene_.topics.size(); ++topic) {
    const SceneTopic& one = scene_.topics[topic];
    if (!goes_to(one)) continue;
    for (std::int32_t partition = 0; partition < static_cast<std::int32_t>(one.places.size()); ++partition) {
      Line& line = lines_[{topic, partition}];
      line.topic = topic;
      line.partition = partition;
    }
  }
  for (auto& [key, line] : lines_) {
    if (is_gone(line)) continue;
    if (!scene_.settling && line.batches.size() < kMostWaiting && one_in(2)) begin_batch(line);
    if (scene_.settling && !line.said_farewell) {
      begin_batch(line);
      line.said_farewell = true;
    }
    const Line& first = lines_.begin()->second;  // partitions share an id as long as nothing was lost
    const bool asks = &line == &first || line.begins_anew;
    if (careful_ && line.producer_id < 0 && !asks) {
      line.producer_id = first.producer_id;
      line.producer_epoch = first.producer_epoch;
    }
    if (!careful_ || line.producer_id >= 0) {
      pump(key, line);
    } else if (asks) {
      ask_for_an_id(key, line);
    }
  }
}

void Producer::ask_for_an_id(const Key& key, Line& asking) {
  if (std::exchange(asking.asks, true)) return;
  wire::InitProducerIdRequest request;
  request.transactional_id.reset();
  request.transaction_timeout_ms = INT32_MAX;
  call<wire::InitProducerIdResponse>(request, std::make_shared<int>(),
                                     [this, key](Result<client::Reply<wire::InitProducerIdResponse>> reply) {
                                       Line& line = lines_[key];
                                       line.asks = false;
                                       if (!reply || reply->response.error_code != ErrorCode::kNone) return;
                                       line.producer_id = reply->response.producer_id;
                                       line.producer_epoch = reply->response.producer_epoch;
                                       // A new session counts anew, also for what the old one did not get through.
                                       line.next_sequence = 0;
                                       for (Batch& batch : line.batches) {
                                         batch.on_its_way = false;
                                         batch.sequence = line.next_sequence;
                                         line.next_sequence += static_cast<std::int32_t>(batch.count);
                                       }
                                     });
}

void Producer::begin_batch(Line& line) {
  Batch batch;
  batch.count = static_cast<std::uint32_t>(1 + below(kMostRecords));
  batch.first = record_id(scene_.topics[line.topic].places[static_cast<std::size_t>(line.partition)], number_, line.next_number);
  batch.sequence = line.next_sequence;
  batch.timestamp_ms = kFirstTimestampMs + now_ns() / kMillisecondNs;
  line.next_number += batch.count;
  line.next_sequence += static_cast<std::int32_t>(batch.count);
  for (std::uint32_t i = 0; i < batch.count; ++i) scene_.history.sent(batch.first + i);
  line.batches.push_back(batch);
}

void Producer::pump(const Key& key, Line& line) {
  if (now_ns() < line.rest_until_ns) return;
  const std::size_t most = careful_ ? kMostOnTheWay : 1;
  std::vector<RecordId> due;  // an answer may come at once and change the line
  for (std::size_t i = 0; i < std::min(most, line.batches.size()); ++i)
    if (!line.batches[i].on_its_way) due.push_back(line.batches[i].first);
  for (const RecordId first : due)
    for (Batch& batch : line.batches)
      if (batch.first == first && !batch.on_its_way) {
        send(key, line, batch);
        break;
      }
}

void Producer::send(const Key& key, Line& line, Batch& batch) {
  batch.on_its_way = true;
  if (!std::exchange(batch.was_sent, true)) batch.life = scene_.history.now().life;
  note(fmt::format("sends {} from {} ({} of sequence {}, id {})", where(line), number_of(batch.first), batch.count, batch.sequence,
                   line.producer_id));
  record::BatchSettings settings;
  if (careful_ && !scene_.mischief.drops_sequences()) {
    settings.producer_id = line.producer_id;
    settings.producer_epoch = line.producer_epoch;
    settings.base_sequence = batch.sequence;
  }
  builder_.start(settings);
  for (std::uint32_t i = 0; i < batch.count; ++i) {
    const std::vector<std::uint8_t> payload = payload_of(batch.first + i);
    builder_.append({.timestamp_ms = batch.timestamp_ms, .value = sdk::Bytes(payload)});
  }
  const auto octets = builder_.finish();
  auto kept = std::make_shared<Sent>();
  kept->octets.assign(octets->data, octets->data + octets->size);
  kept->name = scene_.topics[line.topic].name;
  kept->data.index = line.partition;
  kept->data.records = sdk::Bytes(kept->octets);
  kept->topic.name = kept->name;
  kept->topic.topic_id = scene_.topics[line.topic].id;
  kept->topic.partition_data = std::span(&kept->data, 1);
  wire::ProduceRequest request;
  request.acks = acks_;
  request.timeout_ms = 1'500;
  request.topic_data = std::span(&kept->topic, 1);
  call<wire::ProduceResponse>(
      request, kept,
      [this, key, first = batch.first, id_then = line.producer_id,
       asked = scene_.history.now()](Result<client::Reply<wire::ProduceResponse>> reply) {
        Answer* answer = nullptr;
        if (reply && !reply->response.responses.empty() && !reply->response.responses[0].partition_responses.empty()) {
          answer = &reply->response.responses[0].partition_responses[0];
          scene_.mischief.on_produced(*answer, now_ns());
        }
        answered(key, first, id_then, asked, answer);
      },
      by_name_ ? kLastProduceByName : INT16_MAX);
}

void Producer::answered(const Key& key, RecordId first, std::int64_t id_then, Moment asked, const Answer* answer) {
  Line& line = lines_[key];
  const auto found = std::find_if(line.batches.begin(), line.batches.end(), [&](const Batch& batch) { return batch.first == first; });
  if (found == line.batches.end()) return;
  note(fmt::format("is told of {} from {}: {}", where(line), number_of(first),
                   answer == nullptr                        ? "nothing"
                   : answer->error_code != ErrorCode::kNone ? std::string(wire::error_name(answer->error_code))
                                                            : "offset " + std::to_string(answer->base_offset)));
  if (answer != nullptr && answer->error_code == ErrorCode::kNone) {
    scene_.history.acknowledged(first, found->count, answer->base_offset, asked);
    line.batches.erase(found);
    return;
  }
  if (id_then != line.producer_id) return;  // of a session that is over: it is on its way again
  found->on_its_way = false;
  if (!careful_) {
    if (answer == nullptr) scene_.history.given_up(first, found->count);
    line.batches.erase(found);
    if (answer == nullptr || is_worth_a_retry(answer->error_code)) return;
  }
  if (answer == nullptr) {
    line.rest_until_ns = now_ns() + kRestNs;
    return;
  }
  refused(line, careful_ ? static_cast<std::size_t>(found - line.batches.begin()) : 0, answer->error_code);
}

// A stop keeps of a producer no more than its last batch, so of several that were under way the first may be unknown afterwards. And of a
// producer that a partition does not know, any number is taken for its first, as Kafka does: where a disk refuses its first batch, the one
// behind it may come to be that.
void Producer::lost(Line& line) {
  const Batch& first = line.batches.front();
  const bool is_behind = (line.batches.size() > 1 && line.batches[1].was_sent && first.life != scene_.history.now().life) ||
                         (first.sequence == 0 && first.was_refused);
  scene_.history.forgotten(first.first, is_behind);
  std::erase_if(line.batches, [](const Batch& batch) { return batch.was_sent; });
  line.producer_id = -1;
  line.begins_anew = true;
}

void Producer::refused(Line& line, std::size_t index, ErrorCode error) {
  line.rest_until_ns = now_ns() + kRestNs;
  if (error == ErrorCode::kUnknownTopicOrPartition || error == ErrorCode::kUnknownTopicId) {
    if (is_gone(line)) return line.batches.clear();
    return scene_.history.wrong("I1", where(line) + ": a producer was told that the topic does not exist, and it does");
  }
  if (error == ErrorCode::kOutOfOrderSequenceNumber || error == ErrorCode::kUnknownProducerId) {
    if (index != 0) return;  // one before it is missing, and is sent again first
    return lost(line);
  }
  if (is_worth_a_retry(error)) {
    if (index < line.batches.size()) line.batches[index].was_refused = true;
  } else {
    scene_.history.wrong("I1", where(line) + ": a producer was refused with " + std::string(wire::error_name(error)));
  }
}

}  // namespace barnabas::sim
