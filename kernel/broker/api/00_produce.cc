// Produce: finds the partitions that a client names, appends to each (broker/produce_append.h), and answers when all is where `acks` wants
// it. A request that takes long goes on in later turns; what is read of it then lies in a body that the call keeps.
#include "kernel/wire/messages/00_produce.h"

#include "kernel/base/piece.h"
#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/produce_append.h"
#include "kernel/broker/produce_wait.h"
#include "kernel/broker/topic_name.h"

#include <cassert>
#include <memory>

namespace barnabas::broker {
namespace {

using base::Piece;
using wire::ErrorCode;
using wire::ProduceRequest;
using wire::ProduceResponse;
using Topic = ElementOf<&ProduceRequest::topic_data>;
using PartitionData = ElementOf<&Topic::partition_data>;
using TopicAnswer = ElementOf<&ProduceResponse::responses>;
using PartitionAnswer = ProduceWait::PartitionAnswer;

constexpr std::string_view kAdminClientId = "__admin_client";  // may write where otherwise only the broker does
constexpr std::int16_t kFirstTopicIds = 13;                    // the version that names topics by id

// acks=0 asks for no answer, so the only way to tell of an error is to end the connection.
void finish_without_answer(Call& call, const ProduceResponse& response) {
  for (const TopicAnswer& topic : response.responses)
    for (const PartitionAnswer& partition : topic.partition_responses)
      if (partition.error_code != ErrorCode::kNone) return call.close("a produce request with acks=0 failed");
  call.no_answer();
}

// One request: where it is among its topics and partitions, which it goes through in one turn or, where it takes long, in several.
// `response` is in the arena.
class Producing {
 public:
  Producing(Call& call, const ProduceRequest& request, ProduceResponse& response)
      : call_(call), request_(&request), response_(response), append_(call, request.acks), wait_(call, response, request.acks) {
    topics_ = call.arena.array<TopicAnswer>(request.topic_data.size());
    response.responses = topics_;
  }

  // False: the piece is over, and something is left to do.
  bool advance(const Piece& piece) {
    while (topic_ < topics_.size()) {
      if (!append_topic(request_->topic_data[topic_], topics_[topic_], piece)) return false;
      ++topic_;
      partition_ = 0;
      if (topic_ < topics_.size() && piece.is_over()) return false;
    }
    return true;
  }

  void answer() {
    response_.throttle_time_ms = charge(call_, call_.body.size);
    if (request_->acks == 0) return finish_without_answer(call_, response_);
    if (wait_.complete()) return call_.answer(response_);
    // The answer outlives the request's octets.
    for (TopicAnswer& topic : topics_) topic.name = call_.arena.copy(topic.name);
    call_.drop_body();
    wait_.park(request_->timeout_ms);
  }

  // What was read so far points to octets that others will have. `kept`: the same request, read from the body that the call keeps.
  void read_from(const ProduceRequest& kept) {
    request_ = &kept;
    for (std::size_t t = 0; t < topics_.size(); ++t) topics_[t].name = kept.topic_data[t].name;
  }
  // The next piece, and what is left in later turns. REQUIRES: the request is read from the body that the call keeps.
  static void do_piece(const std::shared_ptr<Producing>& work) {
    work->append_.take_turn();
    if (!work->advance(Piece(work->call_.shard.loop.clock()))) return do_rest_later(work);
    work->call_.on_abandoned = nullptr;
    work->answer();  // the last look at it: the next request may be served in there
  }
  static void do_rest_later(const std::shared_ptr<Producing>& work) {
    Call& call = work->call_;
    // Who sends and goes, as acks=0 allows, has sent all of it. Whoever waits for an answer asks again.
    if (work->request_->acks == 0) call.on_abandoned = [work] { work->advance(Piece::whole()); };
    call.go_on_later([work] { do_piece(work); });
  }

 private:
  bool append_topic(const Topic& topic, TopicAnswer& answer, const Piece& piece);
  bool append_partition(const NamedTopic& named, const PartitionData& data, PartitionAnswer& answer, const Piece& piece);

  Call& call_;
  const ProduceRequest* request_;
  ProduceResponse& response_;
  ProduceAppend append_;
  ProduceWait wait_;
  std::span<TopicAnswer> topics_;
  std::span<PartitionAnswer> partitions_;  // of the topic that is being appended to
  std::size_t topic_ = 0;                  // what comes next
  std::size_t partition_ = 0;
};

// Finds what the request names, by name or from version 13 on by id; answers in the request's order.
bool Producing::append_topic(const Topic& topic, TopicAnswer& answer, const Piece& piece) {
  // Found anew in each piece: it may have gone meanwhile.
  const NamedTopic named =
      call_.api_version >= kFirstTopicIds ? NamedTopic(call_.shard, topic.topic_id) : NamedTopic(call_.shard, topic.name);
  if (answer.partition_responses.empty()) {  // it begins
    answer.name = topic.name;
    answer.topic_id = topic.topic_id;
    partitions_ = call_.arena.array<PartitionAnswer>(topic.partition_data.size());
    answer.partition_responses = partitions_;
  }
  while (partition_ < partitions_.size()) {
    if (!append_partition(named, topic.partition_data[partition_], partitions_[partition_], piece)) return false;
    ++partition_;
    if (partition_ < partitions_.size() && piece.is_over()) return false;
  }
  return true;
}

bool Producing::append_partition(const NamedTopic& named, const PartitionData& data, PartitionAnswer& answer, const Piece& piece) {
  const LocalTopic* local = named.here().get();
  answer.index = data.index;
  if (!authorize(call_, Operation::kWrite, Resource::kTopic, local == nullptr ? named.name() : std::string_view(local->name))) {
    refuse(answer, ErrorCode::kTopicAuthorizationFailed);
  } else if (Partition* partition = named.partition(data.index); partition == nullptr) {
    refuse(answer, named.absence(data.index));
  } else if (!append_.acks_are_valid()) {
    refuse(answer, ErrorCode::kInvalidRequiredAcks);
  } else if (is_internal_topic(local->name) && call_.client_id != kAdminClientId) {
    refuse(answer, ErrorCode::kInvalidTopicException, "Only the broker writes to internal topics.");
  } else {
    const auto [step, last_offset] = append_.append(named.here(), *partition, data.records, answer, piece);
    if (step == ProduceAppend::Step::kPaused) return false;
    if (step == ProduceAppend::Step::kAppended) wait_.expect(*partition, last_offset, answer);
  }
  return true;
}

// The same request once more, read from the body that the call keeps from here on: what was read before points into the receive buffer.
// Null: there is no memory for it now.
const ProduceRequest* read_kept(Call& call) {
  if (!call.keep_body()) return nullptr;
  auto& kept = call.arena.make<ProduceRequest>();
  [[maybe_unused]] const bool read = call.read(kept);  // as it was read before
  assert(read);
  return &kept;
}

// A single batch that is not compressed is done in one piece: to keep its body would be a copy for nothing.
bool can_be_cut(const ProduceRequest& request) {
  if (request.topic_data.size() != 1 || request.topic_data[0].partition_data.size() != 1) return true;
  const sdk::Bytes octets = request.topic_data[0].partition_data[0].records.bytes;
  return octets.size >= record::kHeaderBytes && record::BatchHeader(octets.data).codec() != record::kCodecNone;
}

void refuse_all(Call& call, const ProduceRequest& request, ProduceResponse& response, ErrorCode error) {
  const auto topics = call.arena.array<TopicAnswer>(request.topic_data.size());
  for (std::size_t t = 0; t < topics.size(); ++t) {
    topics[t].name = call.arena.copy(request.topic_data[t].name);
    topics[t].topic_id = request.topic_data[t].topic_id;
    const auto partitions = call.arena.array<PartitionAnswer>(request.topic_data[t].partition_data.size());
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].index = request.topic_data[t].partition_data[p].index;
      refuse(partitions[p], error);
    }
    topics[t].partition_responses = partitions;
  }
  response.responses = topics;
}

// What is not even a header is found out later.
bool any_transactional(const ProduceRequest& request) {
  for (const Topic& topic : request.topic_data)
    for (const PartitionData& partition : topic.partition_data) {
      const sdk::Bytes octets = partition.records.bytes;
      if (octets.size < record::kHeaderBytes) continue;
      const record::BatchHeader header(octets.data);
      if (header.magic() == 2 && header.transactional()) return true;
    }
  return false;
}

}  // namespace

void produce(Call& call) {
  call.stays = true;
  ProduceRequest request;
  if (!call.read(request)) return;
  auto& response = call.arena.make<ProduceResponse>();
  // Who writes to a transaction says to which, and nobody could end one without a name.
  if (!request.transactional_id && any_transactional(request)) {
    refuse_all(call, request, response, ErrorCode::kTransactionalIdAuthorizationFailed);
    return request.acks == 0 ? finish_without_answer(call, response) : call.answer(response);
  }
  if (call.may_take_long && can_be_cut(request)) {
    if (const ProduceRequest* kept = read_kept(call)) return Producing::do_piece(std::make_shared<Producing>(call, *kept, response));
  }
  Producing producing(call, request, response);
  if (producing.advance(Piece(call.shard.loop.clock(), Piece::kFirstNs))) return producing.answer();
  if (const ProduceRequest* kept = read_kept(call)) {
    const auto work = std::make_shared<Producing>(std::move(producing));
    work->read_from(*kept);
    return Producing::do_rest_later(work);
  }
  producing.advance(Piece::whole());
  producing.answer();
}

}  // namespace barnabas::broker
