// The metadata in memory, but it fails as it is told to, or goes back when a topic "back" is made.
#include "faults.h"
#include "memory_store.h"

#include <algorithm>
#include <string>

namespace {

using namespace barnabas;
using sdk::Status;

class FaultyMetadata {
 public:
  struct Options {
    sdk::Text how = "not at all";
    BARNABAS_OPTIONS(f) { f("how", &Options::how, "what it does wrong"); }
  };

  FaultyMetadata(sdk::Host& host, const Options& options) : right_(host, {}), how_(std::string(options.how)) {}

  Status identity(sdk::MetadataIdentity& identity) {
    faulty::misbehave(how_);
    return right_.identity(identity);
  }
  Status format(const sdk::MetadataFormat& format) { return right_.format(format); }
  Status start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) {
    if (how_ == "fails at the start") return Status::invalid("a fault on purpose");
    listener_ = &listener;
    return right_.start(start, listener, completion);
  }
  Status stop(sdk::Completion& completion) { return right_.stop(completion); }
  sdk::MetadataAbilities abilities() { return right_.abilities(); }
  Status propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion) {
    if (names(proposal, "throws")) throw 42;
    if (names(proposal, "refuses")) return Status::internal("a fault on purpose");
    if (names(proposal, "back")) {
      const sdk::Bytes record = proposal.records[0];
      listener_->on_batch({&record, 1, {1, proposal.term}, 0});
    }
    if (names(proposal, "garbage")) {
      const sdk::Bytes record(std::string_view("garbage"));
      listener_->on_batch({&record, 1, {right_.next_offset() + 1, proposal.term}, 0});
    }
    return right_.propose(proposal, completion);
  }
  std::int64_t next_offset() { return right_.next_offset(); }
  Status open_session(sdk::Bytes registration, sdk::Completion& completion) { return right_.open_session(registration, completion); }
  Status keep_snapshot(sdk::MetadataPosition end, sdk::MetadataRecords& records, sdk::Completion& completion) {
    return right_.keep_snapshot(end, records, completion);
  }

 private:
  static bool names(const sdk::MetadataProposal& proposal, std::string_view topic) {
    for (std::size_t i = 0; i < proposal.record_count; ++i) {
      const sdk::Bytes record = proposal.records[i];
      if (std::search(record.begin(), record.end(), topic.begin(), topic.end()) != record.end()) return true;
    }
    return false;
  }

  metadata_memory::MemoryStore right_;
  const std::string how_;
  sdk::MetadataListener* listener_ = nullptr;
};

}  // namespace

BARNABAS_PLUGIN(MetadataStore, FaultyMetadata, "faulty_metadata", "1.0.0", "Fails as it is told to.")
