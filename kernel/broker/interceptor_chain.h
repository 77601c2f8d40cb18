// The broker's interceptors in the order of the deployment. One chain a loop; everything on that loop.
//
// A failure or a throw of one never stops the others: it is logged with the plugin's name, and the record goes on as it was. One that takes
// longer than its budget again and again is switched off, and named.
#pragma once

#include <barnabas/sdk/interceptor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/env.h"
#include "kernel/record/batch_builder.h"
#include "kernel/record/record_reader.h"

namespace barnabas::broker {

class InterceptorChain {
 public:
  struct Link {
    std::string name;
    std::shared_ptr<sdk::Interceptor> interceptor;
    std::uint32_t hooks = 0;
    int over_budget = 0;  // times in a row
    bool off = false;
  };
  // What became of a batch.
  struct Verdict {
    sdk::Bytes batch;            // changed: in the chain's own memory, until the next call; else the one given
    std::int32_t rejected = -1;  // index of the first refused record
    std::string reason;
    Status status;  // the records are not readable
  };

  InterceptorChain(base::Env& env, const record::Codecs& codecs) : env_(env), codecs_(codecs), reader_(codecs) {}

  void add(std::string name, std::shared_ptr<sdk::Interceptor> interceptor);
  bool wants(std::uint32_t hook) const { return (hooks_ & hook) != 0; }

  // on_append of every record of a validated v2 batch; REQUIRES wants(kBrokerRecord). `level`: of the topic, for a batch that is made anew.
  Verdict append(const sdk::ClientView& client, const sdk::TopicView& topic, sdk::Bytes batch, std::int32_t level);
  void appended(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome);
  void fetched(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome);

 private:
  class Edit;

  bool run(Link& link, const std::function<Status()>& call);  // whether it did what it should

  base::Env& env_;
  const record::Codecs& codecs_;
  std::vector<Link> links_;
  std::uint32_t hooks_ = 0;
  record::RecordReader reader_;
  record::BatchBuilder builder_;
};

}  // namespace barnabas::broker
