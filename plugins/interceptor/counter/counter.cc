// How many records a producer brought to the broker and how many it did not, or how many a consumer took: one line in the log at the end.
#include <barnabas/sdk/interceptor.h>

#include <cstdint>
#include <map>
#include <string>

namespace barnabas::interceptor {
namespace {

class Counter {
 public:
  struct Options {
    bool topics = false;
    BARNABAS_OPTIONS(f) { f("topics", &Options::topics, "a line for each topic, too"); }
  };

  Counter(sdk::Host& host, const Options& options) : host_(host), topics_(options.topics) {}

  sdk::Status on_acknowledged(const sdk::TopicView& topic, const sdk::Outcome& outcome) {
    add(topic, [&](Counts& counts) {
      if (outcome.ok)
        ++counts.success;
      else
        ++counts.failures[std::string(outcome.error)];
    });
    return {};
  }
  sdk::Status on_consume(const sdk::TopicView& topic, const sdk::RecordView&, sdk::RecordEdit&) {
    add(topic, [](Counts& counts) { ++counts.consumed; });
    return {};
  }
  sdk::Status on_commit(const sdk::TopicView& topic, std::int64_t) {
    add(topic, [](Counts& counts) { ++counts.commits; });
    return {};
  }
  sdk::Status on_close() {
    host_.log(sdk::LogLevel::kInfo, line_of(all_));
    for (const auto& [name, counts] : by_topic_) host_.log(sdk::LogLevel::kInfo, "topic " + name + ": " + line_of(counts));
    return {};
  }

 private:
  struct Counts {
    std::uint64_t success = 0;
    std::map<std::string, std::uint64_t> failures;  // by their names
    std::uint64_t consumed = 0;
    std::uint64_t commits = 0;
  };

  template <class Change>
  void add(const sdk::TopicView& topic, Change&& change) {
    change(all_);
    if (topics_) change(by_topic_[std::string(topic.name)]);
  }

  static std::string line_of(const Counts& counts) {
    if (counts.consumed != 0 || counts.commits != 0)
      return "consumed " + std::to_string(counts.consumed) + ", commits " + std::to_string(counts.commits);
    std::uint64_t failed = 0;
    std::string names;
    for (const auto& [name, count] : counts.failures) {
      failed += count;
      names += (names.empty() ? " (" : ", ") + name + " " + std::to_string(count);
    }
    return "success " + std::to_string(counts.success) + ", failure " + std::to_string(failed) + names + (names.empty() ? "" : ")");
  }

  sdk::Host& host_;
  const bool topics_;
  Counts all_;
  std::map<std::string, Counts> by_topic_;
};

}  // namespace
}  // namespace barnabas::interceptor

BARNABAS_PLUGIN(Interceptor, barnabas::interceptor::Counter, "counter", "1.0.0", "Counts success and failure, and says so at the end.")
