// Who wrote and read what where, a JSON line each: into a file, or at a limited rate into the log.
#include <barnabas/sdk/interceptor.h>

#include "json_line.h"

#include <algorithm>
#include <memory>
#include <string>

namespace barnabas::interceptor {
namespace {

constexpr int kMostFiles = 10'000;
constexpr std::int64_t kSecondNs = 1'000'000'000;
// Longer ones are as good as never, and what the clock says must fit beside them.
constexpr std::int64_t kLongestIntervalMs = INT64_MAX / 4 / (kSecondNs / 1000);

// A file that nobody else writes to: `path`, or the first free one of path.1, path.2, … Opened by the first line.
class LineFile {
 public:
  LineFile(sdk::Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;
  ~LineFile() {
    if (file_ != nullptr) disk_.close(file_);
  }

  sdk::Status write(std::string_view line) {
    if (file_ == nullptr)
      if (sdk::Status status = open(); !status) return status;
    const sdk::Bytes piece(line);
    sdk::Status status = file_->write_at(end_, &piece, 1);
    if (status) end_ += line.size();
    return status;
  }

 private:
  sdk::Status open() {
    std::string name = path_;
    for (int i = 1; i <= kMostFiles; ++i) {
      sdk::Status status = disk_.open(name, sdk::OpenMode::kCreate, file_);
      if (status.code() != sdk::Code::kExists) return status;
      name = path_ + "." + std::to_string(i);
    }
    return sdk::Status::exhausted("there are " + std::to_string(kMostFiles) + " files named " + path_ + ".N already: move some away");
  }

  sdk::Disk& disk_;
  const std::string path_;
  sdk::File* file_ = nullptr;
  std::uint64_t end_ = 0;
};

// At most `per_second` a second on average, and never more than that at once.
class RateLimit {
 public:
  RateLimit(sdk::Clock& clock, std::int64_t per_second)
      : clock_(clock), per_second_(per_second), tokens_ns_(kSecondNs), last_ns_(clock.mono_ns()) {}

  bool take() {
    if (per_second_ == 0) return false;
    const std::int64_t now_ns = clock_.mono_ns();
    tokens_ns_ = std::min(kSecondNs, tokens_ns_ + std::min(kSecondNs, now_ns - last_ns_));
    last_ns_ = now_ns;
    if (tokens_ns_ < kSecondNs / per_second_) return false;
    tokens_ns_ -= kSecondNs / per_second_;
    return true;
  }

 private:
  sdk::Clock& clock_;
  const std::int64_t per_second_;
  std::int64_t tokens_ns_;  // a line costs kSecondNs / per_second
  std::int64_t last_ns_;
};

struct Count {
  std::uint64_t batches = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;

  void add(const sdk::Outcome& outcome) {
    ++batches;
    records += static_cast<std::uint64_t>(std::max(outcome.record_count, 0));
    bytes += outcome.bytes;
  }
  bool any() const { return batches != 0; }
};

class Audit {
 public:
  struct Options {
    sdk::Text path = "";
    bool fetches = true;
    std::int32_t lines_per_second = 10;
    sdk::Millis summary_interval{60'000};
    BARNABAS_OPTIONS(f) {
      f("path", &Options::path, "a file for the lines; empty: the log of the broker or client");
      f("fetches", &Options::fetches, "whether reads are written down, too");
      f("lines_per_second", &Options::lines_per_second, "at most so many lines in the log", sdk::range(0, 1'000'000));
      f("summary_interval", &Options::summary_interval, "how often all is counted in one line; 0: only at the end", sdk::at_least(0));
    }
  };

  Audit(sdk::Host& host, const Options& options)
      : host_(host),
        fetches_(options.fetches),
        summary_ns_(std::min(options.summary_interval.value, kLongestIntervalMs) * (kSecondNs / 1000)),
        rate_(host.clock(), options.lines_per_second),
        next_summary_ns_(host.clock().mono_ns() + summary_ns_) {
    if (!options.path.empty()) file_ = std::make_unique<LineFile>(host.disk(), std::string(options.path));
  }
  sdk::Status on_close() { return counted_ ? write_summary() : sdk::Status(); }

  sdk::Status on_appended(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome) {
    (outcome.ok ? appended_ : refused_).add(outcome);
    return note("append", &client, topic, outcome);
  }

  sdk::Status on_fetched(const sdk::ClientView& client, const sdk::TopicView& topic, const sdk::Outcome& outcome) {
    if (outcome.ok && outcome.bytes == 0) return {};  // a poll that found nothing
    if (outcome.ok) fetched_.add(outcome);
    return fetches_ ? note("fetch", &client, topic, outcome) : only_counted();
  }

  sdk::Status on_acknowledged(const sdk::TopicView& topic, const sdk::Outcome& outcome) {
    (outcome.ok ? sent_ : failed_).add(outcome);
    return note("send", nullptr, topic, outcome);
  }

  sdk::Status on_consume(const sdk::TopicView& topic, const sdk::RecordView& record, sdk::RecordEdit&) {
    sdk::Outcome outcome;
    outcome.base_offset = record.offset;
    outcome.record_count = 1;
    outcome.bytes = record.key.size + record.value.size;
    outcome.ok = true;
    consumed_.add(outcome);
    return fetches_ ? note("consume", nullptr, topic, outcome) : only_counted();
  }

  sdk::Status on_commit(const sdk::TopicView& topic, std::int64_t offset) {
    ++commits_;
    counted_ = true;
    if (!may_write()) return summary_if_due();
    begin("commit").add("topic", std::string_view(topic.name)).add("partition", topic.partition).add("offset", offset);
    return finish();
  }

 private:
  // `client`: nothing in a client, which is the only one.
  sdk::Status note(std::string_view event, const sdk::ClientView* client, const sdk::TopicView& topic, const sdk::Outcome& outcome) {
    counted_ = true;
    if (!may_write()) return summary_if_due();
    begin(event).add("topic", std::string_view(topic.name)).add("partition", topic.partition);
    if (outcome.base_offset >= 0) line_.add("offset", outcome.base_offset);
    line_.add("records", outcome.record_count).add("bytes", outcome.bytes);
    if (client != nullptr) {
      line_.add("client", std::string_view(client->client_id));
      line_.add("principal", std::string_view(client->principal)).add("address", std::string_view(client->address));
    }
    if (!outcome.ok) line_.add("error", std::string_view(outcome.error));
    return finish();
  }

  sdk::Status only_counted() {
    counted_ = true;
    return summary_if_due();
  }
  // The log has a limit, a file has none.
  bool may_write() {
    if (file_ != nullptr || rate_.take()) return true;
    ++left_out_;
    return false;
  }
  sdk::Status finish() {
    if (left_out_ != 0) line_.add("left_out", std::exchange(left_out_, 0));
    sdk::Status status = write();
    sdk::Status summary = summary_if_due();
    return status ? std::move(summary) : std::move(status);
  }

  JsonLine& begin(std::string_view event) { return line_.begin().add("time", host_.clock().wall_ms()).add("event", event); }

  sdk::Status summary_if_due() {
    if (summary_ns_ == 0 || host_.clock().mono_ns() < next_summary_ns_) return {};
    return write_summary();
  }
  sdk::Status write_summary() {
    next_summary_ns_ = host_.clock().mono_ns() + summary_ns_;
    counted_ = false;
    begin("summary");
    if (appended_.any() || refused_.any() || fetched_.any()) {
      add("appended", appended_).add("refused_batches", refused_.batches);
      add("fetched", fetched_);
    }
    // In a client every count is of records.
    if (sent_.any() || failed_.any())
      line_.add("sent_records", sent_.batches).add("sent_bytes", sent_.bytes).add("failed_records", failed_.batches);
    if (consumed_.any() || commits_ != 0)
      line_.add("consumed_records", consumed_.batches).add("consumed_bytes", consumed_.bytes).add("commits", commits_);
    if (left_out_ != 0) line_.add("left_out", std::exchange(left_out_, 0));
    return write();
  }
  JsonLine& add(const std::string& what, const Count& count) {
    return line_.add(what + "_batches", count.batches).add(what + "_records", count.records).add(what + "_bytes", count.bytes);
  }

  // A file that fails is told of once, not with every batch; the lines are lost until it takes them again.
  sdk::Status write() {
    std::string_view line = line_.end();
    if (file_ == nullptr) {
      line.remove_suffix(1);
      host_.log(sdk::LogLevel::kInfo, line);
      return {};
    }
    sdk::Status status = file_->write(line);
    const bool told = std::exchange(failing_, !status.ok());
    return told ? sdk::Status() : std::move(status);
  }

  sdk::Host& host_;
  const bool fetches_;
  const std::int64_t summary_ns_;
  RateLimit rate_;
  std::int64_t next_summary_ns_;
  std::unique_ptr<LineFile> file_;
  JsonLine line_;
  Count appended_;
  Count refused_;
  Count fetched_;
  Count sent_;
  Count failed_;
  Count consumed_;
  std::uint64_t commits_ = 0;
  std::uint64_t left_out_ = 0;
  bool counted_ = false;  // since the last summary
  bool failing_ = false;
};

}  // namespace
}  // namespace barnabas::interceptor

BARNABAS_PLUGIN(Interceptor, barnabas::interceptor::Audit, "audit", "1.0.0", "Writes down who wrote and read what where.")
