// Offsets and groups in the partitions of __consumer_offsets: a write is a batch, a take-over reads the partition of its home.
//
// The fence is the partition's leader epoch, which its log holds. [executor of the host]
#pragma once

#include <barnabas/sdk/internal_topic.h>

#include "kernel/record/batch_builder.h"
#include "kernel/record/codecs.h"
#include "kernel/wire/buffer.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace barnabas::offsets_topic {

class TopicStore {
 public:
  using Options = sdk::NoOptions;

  TopicStore(sdk::Host& host, const Options&);

  sdk::Status start(const sdk::OffsetStoreStart& start, sdk::Completion& completion);
  sdk::Status stop(sdk::Completion& completion);
  sdk::OffsetStoreAbilities abilities();
  sdk::Status take_over(std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, sdk::Completion& completion);
  void resign(std::int32_t) {}  // nothing of a home is kept here but its fence
  sdk::Status write(const sdk::GroupWrite& write, sdk::Completion& completion);

 private:
  class Writing;
  class Reading;

  sdk::Status build(const sdk::GroupWrite& write);
  bool is_fenced(std::int32_t home, std::int32_t epoch) const;
  void begun() { ++under_way_; }
  void ended();
  void finish(sdk::Completion& completion);
  // Ends the write in a later turn, and until then every further one of the group.
  sdk::Status refuse(sdk::Text group, sdk::Status why, sdk::Completion& completion);

  sdk::Host& host_;
  sdk::InternalTopic* topic_;
  record::Codecs codecs_;
  record::BatchBuilder batch_;
  wire::Buffer octets_;                                    // of the record being built
  std::unordered_map<std::int32_t, std::int32_t> epochs_;  // by home: the latest that took it over here
  struct Refusals {
    int count = 0;  // that are not told yet
    sdk::Code first = sdk::Code::kUnavailable;
  };
  std::unordered_map<std::string, Refusals> refused_;  // by group
  std::size_t under_way_ = 0;
  sdk::Completion* stopping_ = nullptr;
};

}  // namespace barnabas::offsets_topic
