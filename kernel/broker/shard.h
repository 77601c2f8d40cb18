// What one event loop holds of the broker: its view of the metadata and the partitions, its parked requests and fetch sessions.
//
// Views are replaced as a whole by messages from the controller's loop, so handlers read them without locks. Everything on the loop.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/env.h"
#include "kernel/broker/call.h"
#include "kernel/broker/fetch_sessions.h"
#include "kernel/broker/metadata_answers.h"
#include "kernel/broker/parking.h"
#include "kernel/broker/partition.h"
#include "kernel/broker/refusal_log.h"
#include "kernel/catalog/image.h"

namespace barnabas::broker {

class Broker;
struct FetchScratch;

// The topics that this broker holds partitions of, by name and by id. A value; copies share what is equal.
class LocalTopics {
 public:
  void set(std::shared_ptr<const LocalTopic> topic);
  void remove(const LocalTopic& topic);

  // Null where there is none.
  const LocalTopic* find(std::string_view name) const { return share(name).get(); }
  const LocalTopic* find(const Uuid& id) const { return share(id).get(); }
  const std::shared_ptr<const LocalTopic>& share(std::string_view name) const;
  const std::shared_ptr<const LocalTopic>& share(const Uuid& id) const;
  // call(const LocalTopic&)
  template <class Call>
  void each(Call&& call) const {
    by_name_.each([&](const std::string&, const std::shared_ptr<const LocalTopic>& topic) { call(*topic); });
  }

 private:
  catalog::SharedMap<std::string, std::string_view, std::shared_ptr<const LocalTopic>> by_name_;
  catalog::SharedMap<Uuid, Uuid, std::shared_ptr<const LocalTopic>> by_id_;
};

// One state of the world as handlers see it.
struct View {
  std::shared_ptr<const catalog::Image> image;
  std::shared_ptr<const LocalTopics> topics;
};

// Producer ids that the controller gave this loop and that nobody has yet.
struct ProducerIdBlock {
  std::int64_t next = 0;
  std::int64_t end = 0;

  bool empty() const { return next == end; }
  // REQUIRES: !empty()
  std::int64_t take() { return next++; }
};

// Goes back to its shard.
struct GiveBackValidator {
  Shard* shard;
  void operator()(record::Validator* validator) const;
};
using OwnValidator = std::unique_ptr<record::Validator, GiveBackValidator>;

class Shard {
 public:
  Shard(Broker& broker, base::Loop& loop, std::size_t loop_count);
  ~Shard();

  Broker& broker;
  base::Loop& loop;
  View view;
  Parking parking;
  FetchSessions fetch_sessions;
  std::unique_ptr<FetchScratch> fetch_scratch;
  ProducerIdBlock producer_ids;
  MetadataAnswers metadata_answers;
  record::Validator validator;
  wire::Buffer answer_buffer;  // of the answer being encoded
  base::Output answer_output;  // empty; its memory is for the next answer

  void log_refusal(const Client& client, std::string_view reason);
  // For a batch that is validated in pieces, while `validator` is for those between.
  OwnValidator own_validator();

 private:
  friend GiveBackValidator;

  RefusalLog refusals_;
  std::unique_ptr<record::Validator> spare_validator_;  // who takes long takes turns: seldom are there several
};

// A topic as a request names it: by its name, or by its id. Views both, and the shard.
class NamedTopic {
 public:
  NamedTopic(const Shard& shard, std::string_view name) : shard_(shard), name_(name), here_(shard.view.topics->share(name)) {}
  NamedTopic(const Shard& shard, const Uuid& id) : shard_(shard), id_(&id), here_(shard.view.topics->share(id)) {}

  std::string_view name() const { return name_; }  // empty where it is named by its id
  // Null when this broker has nothing of it.
  const std::shared_ptr<const LocalTopic>& here() const { return here_; }
  // Null when it is not on this broker.
  Partition* partition(std::int32_t index) const { return here_ == nullptr ? nullptr : here_->partition(index); }
  // What to tell a client that asks for a partition that is not here.
  wire::ErrorCode absence(std::int32_t index) const;

 private:
  const Shard& shard_;
  std::string_view name_;
  const Uuid* id_ = nullptr;
  const std::shared_ptr<const LocalTopic>& here_;
};

}  // namespace barnabas::broker
