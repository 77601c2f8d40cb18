// The broker's interceptors in the order of the deployment, over batches. One chain a loop; everything on that loop.
#pragma once

#include "kernel/base/env.h"
#include "kernel/host/interceptors.h"
#include "kernel/record/batch_builder.h"
#include "kernel/record/record_reader.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace barnabas::broker {

class InterceptorChain {
 public:
  static constexpr std::uint32_t kHooks = sdk::kBrokerRecord | sdk::kBrokerAppended | sdk::kBrokerFetched;

  // What became of a batch.
  struct Verdict {
    sdk::Bytes batch;            // changed: in the chain's own memory, until the next call; else the one given
    std::int32_t rejected = -1;  // index of the first refused record
    std::string reason;
    Status status;  // the records are not readable; kExhausted: they take more than they may
  };

  InterceptorChain(base::Env& env, const record::Codecs& codecs);

  void add(std::string name, std::shared_ptr<sdk::Interceptor> interceptor) { all_.add(std::move(name), std::move(interceptor)); }
  bool wants(std::uint32_t hook) const { return all_.wants(hook); }

  // on_append of every record of a validated v2 batch; REQUIRES wants(kBrokerRecord). `level` and `max_bytes`: of the topic, for a batch
  // that is made anew.
  Verdict append(const sdk::ClientView& client, const sdk::TopicView& topic, sdk::Bytes batch, std::int32_t level, std::size_t max_bytes);
  void appended(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome);
  void fetched(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome);

 private:
  Verdict judge(const sdk::ClientView& client, const sdk::TopicView& topic, sdk::Bytes batch, std::int32_t level, std::size_t max_bytes);

  const record::Codecs& codecs_;
  host::Interceptors all_;
  host::EditedRecord edited_;
  record::RecordReader reader_;
  record::BatchBuilder builder_;
  std::vector<sdk::HeaderView> plain_headers_;
  std::vector<record::Header> new_headers_;
};

}  // namespace barnabas::broker
