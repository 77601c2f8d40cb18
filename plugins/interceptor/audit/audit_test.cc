#include <barnabas/testing/interceptor_conformance.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "interceptor/testing_interceptor.h"

BARNABAS_INTERCEPTOR_CONFORMANCE(audit)

namespace barnabas::testing {
namespace {

const sdk::ClientView kClient{"app", "User:ann", "10.0.0.7"};
const sdk::TopicView kTopic{"orders", {}, 2, 3};

// Whole files in memory, enough for one that only ever grows; `failing` writes fail.
class TextDisk final : public sdk::Disk {
 public:
  sdk::Status open(sdk::Text path, sdk::OpenMode mode, sdk::File*& file) noexcept override {
    const std::string name(path);
    if (name.find('/') != std::string::npos) return sdk::Status::not_found("there is no folder for " + name);
    if (mode == sdk::OpenMode::kCreate && files.contains(name)) return sdk::Status::error(sdk::Code::kExists, name + " exists");
    ++open_files;
    file = new Open(*this, files[name]);
    return {};
  }
  void close(sdk::File* file) noexcept override {
    --open_files;
    delete static_cast<Open*>(file);
  }
  sdk::Status rename(sdk::Text, sdk::Text) noexcept override { return none(); }
  sdk::Status remove(sdk::Text) noexcept override { return none(); }
  sdk::Status make_directory(sdk::Text) noexcept override { return none(); }
  sdk::Status sync_directory(sdk::Text) noexcept override { return none(); }
  sdk::Status list(sdk::Text, sdk::DirectoryVisitor&) noexcept override { return none(); }
  sdk::Status info(sdk::Text, sdk::FileInfo&) noexcept override { return none(); }
  sdk::Status set_modified(sdk::Text, std::int64_t) noexcept override { return none(); }
  sdk::Status space(sdk::Text, std::uint64_t&, std::uint64_t&) noexcept override { return none(); }
  sdk::Status lock(sdk::Text) noexcept override { return none(); }
  void unlock(sdk::Text) noexcept override {}

  std::map<std::string, std::string> files;
  int open_files = 0;
  int failing = 0;

 private:
  class Open final : public sdk::File {
   public:
    Open(TextDisk& disk, std::string& text) : disk_(disk), text_(text) {}
    sdk::Status read_at(std::uint64_t, sdk::MutableBytes, std::size_t&) noexcept override { return none(); }
    sdk::Status write_at(std::uint64_t offset, const sdk::Bytes* pieces, std::size_t count) noexcept override {
      if (disk_.failing > 0) return --disk_.failing, sdk::Status::exhausted("the disk is full");
      for (std::size_t i = 0; i < count; ++i) {
        text_.resize(std::max<std::size_t>(text_.size(), offset + pieces[i].size));
        std::copy(pieces[i].begin(), pieces[i].end(), text_.begin() + static_cast<std::ptrdiff_t>(offset));
        offset += pieces[i].size;
      }
      return {};
    }
    sdk::Status sync(bool) noexcept override { return none(); }
    sdk::Status truncate(std::uint64_t) noexcept override { return none(); }
    sdk::Status reserve(std::uint64_t, std::uint64_t) noexcept override { return none(); }
    sdk::Status size(std::uint64_t&) noexcept override { return none(); }

   private:
    TextDisk& disk_;
    std::string& text_;
  };
  static sdk::Status none() { return sdk::Status::unsupported("not in this test"); }
};

struct WithDisk {
  TextDisk disk_;
};

class Audit : private WithDisk, public InterceptorTest {
 protected:
  Audit() : InterceptorTest(disk_) {}
  ~Audit() override { close(); }

  static sdk::Outcome good(std::int64_t offset = 42) {
    return {.base_offset = offset, .record_count = 3, .bytes = 180, .ok = true, .error = {}};
  }
  using WithDisk::disk_;
};

constexpr const char* kAppendLine =
    R"({"time":1700000001000,"event":"append","topic":"orders","partition":2,"offset":42,"records":3,"bytes":180,)"
    R"("client":"app","principal":"User:ann","address":"10.0.0.7"})";
constexpr const char* kFetchLine =
    R"({"time":1700000001000,"event":"fetch","topic":"orders","partition":2,"offset":42,"records":3,"bytes":180,)"
    R"("client":"app","principal":"User:ann","address":"10.0.0.7"})";
constexpr const char* kSummaryLine =
    R"({"time":1700000001000,"event":"summary","appended_batches":1,"appended_records":3,"appended_bytes":180,)"
    R"("refused_batches":0,"fetched_batches":0,"fetched_records":0,"fetched_bytes":0})";

std::string append_lines(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines.append(kAppendLine).push_back('\n');
  return lines;
}

TEST_F(Audit, OneLinePerBatchAndASummaryAtTheEnd) {
  sdk::Interceptor& audit = make();
  EXPECT_EQ(audit.hooks(), static_cast<std::uint32_t>(sdk::kBrokerAppended | sdk::kBrokerFetched | sdk::kProducerOutcome |
                                                      sdk::kConsumerRecord | sdk::kConsumerCommit));
  ASSERT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());
  EXPECT_EQ(logged(), std::vector<std::string>{kAppendLine});
  close();
  EXPECT_EQ(logged(), (std::vector<std::string>{kAppendLine, kSummaryLine}));
}

TEST_F(Audit, RefusedBatchesSayWhy) {
  sdk::Interceptor& audit = make();
  ASSERT_TRUE(
      audit.on_appended(kClient, kTopic, {.base_offset = -1, .record_count = 0, .bytes = 90, .ok = false, .error = "NOT_ENOUGH_REPLICAS"})
          .ok());
  ASSERT_EQ(logged().size(), 1u);
  EXPECT_NE(logged()[0].find(R"("records":0,"bytes":90,)"), std::string::npos) << logged()[0];
  EXPECT_NE(logged()[0].find(R"("error":"NOT_ENOUGH_REPLICAS"})"), std::string::npos) << logged()[0];
  EXPECT_EQ(logged()[0].find("offset"), std::string::npos);
  close();
  EXPECT_NE(logged()[1].find(R"("appended_batches":0)"), std::string::npos);
  EXPECT_NE(logged()[1].find(R"("refused_batches":1)"), std::string::npos);
}

TEST_F(Audit, FetchesThatBringNothingAreNoLines) {
  sdk::Interceptor& audit = make();
  ASSERT_TRUE(audit.on_fetched(kClient, kTopic, {.base_offset = 42, .record_count = 0, .bytes = 0, .ok = true, .error = {}}).ok());
  ASSERT_TRUE(audit.on_fetched(kClient, kTopic, good()).ok());
  EXPECT_EQ(logged(), std::vector<std::string>{kFetchLine});
}

TEST_F(Audit, FetchesCanBeLeftOutButAreCounted) {
  sdk::Interceptor& audit = make({{"fetches", "false", {}}});
  ASSERT_TRUE(audit.on_fetched(kClient, kTopic, good()).ok());
  EXPECT_TRUE(logged().empty());
  close();
  ASSERT_EQ(logged().size(), 1u);
  EXPECT_NE(logged()[0].find(R"("fetched_batches":1,"fetched_records":3,"fetched_bytes":180)"), std::string::npos);
}

TEST_F(Audit, TheBrokersLogIsNotFlooded) {
  sdk::Interceptor& audit = make({{"lines_per_second", "4", {}}});
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());
  EXPECT_EQ(logged().size(), 4u);
  host_.advance_ms(250);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());
  ASSERT_EQ(logged().size(), 5u);
  EXPECT_NE(logged()[4].find(R"("left_out":16})"), std::string::npos) << logged()[4];
  host_.advance_ms(3'600'000);  // a quiet hour saves nothing up
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());
  EXPECT_EQ(logged().size(), 5u + 4u + 1u);  // and the summary
}

TEST_F(Audit, SummariesComeFromTimeToTime) {
  sdk::Interceptor& audit = make({{"summary_interval", "1000", {}}});
  for (int second = 0; second < 3; ++second) {
    ASSERT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());
    host_.advance_ms(1000);
  }
  const auto& lines = logged();
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const auto& line) { return line.find("summary") != std::string::npos; }), 2);
  EXPECT_NE(lines.back().find(R"("appended_batches":3)"), std::string::npos) << lines.back();
}

TEST_F(Audit, TheLongestIntervalIsNever) {
  sdk::Interceptor& audit = make({{"summary_interval", "9223372036854775807", {}}});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());
    host_.advance_ms(100'000);
  }
  for (const auto& line : logged()) EXPECT_EQ(line.find("summary"), std::string::npos) << line;
}

TEST_F(Audit, FilesTakeEveryLineAndAreNeverWrittenOver) {
  disk_.files["audit.jsonl"] = "old";
  sdk::Interceptor& audit = make({{"path", "audit.jsonl", {}}});
  EXPECT_FALSE(disk_.files.contains("audit.jsonl.1"));  // nothing to say yet
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());
  EXPECT_TRUE(logged().empty());
  EXPECT_EQ(disk_.files["audit.jsonl"], "old");
  const std::string expected = append_lines(100);
  EXPECT_EQ(disk_.files["audit.jsonl.1"], expected);

  void* other = nullptr;  // of another loop
  const sdk::Setting path{"path", "audit.jsonl", {}};
  ASSERT_TRUE(barnabas_plugin.create(host_, {&path, 1}, other).ok());
  ASSERT_TRUE(static_cast<sdk::Interceptor*>(other)->on_appended(kClient, kTopic, good()).ok());
  EXPECT_EQ(disk_.files["audit.jsonl.2"], append_lines(1));
  barnabas_plugin.destroy(other);
  EXPECT_EQ(disk_.files["audit.jsonl.1"], expected);
  close();
  EXPECT_EQ(disk_.open_files, 0);
}

TEST_F(Audit, AFileThatFailsIsToldOfOnce) {
  sdk::Interceptor& audit = make({{"path", "audit.jsonl", {}}});
  ASSERT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());
  disk_.failing = 2;
  EXPECT_FALSE(audit.on_appended(kClient, kTopic, good()).ok());
  EXPECT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());  // lost as well, but told already
  EXPECT_TRUE(audit.on_appended(kClient, kTopic, good()).ok());
  EXPECT_EQ(disk_.files["audit.jsonl"], append_lines(2));
}

TEST_F(Audit, ProducersSayWhatBecameOfEachRecord) {
  sdk::Interceptor& audit = make();
  sdk::Outcome one{.base_offset = 42, .record_count = 1, .bytes = 8, .ok = true, .error = {}};
  ASSERT_TRUE(audit.on_acknowledged(kTopic, one).ok());
  ASSERT_TRUE(audit.on_acknowledged({"orders", {}, -1, 0}, {.record_count = 1, .bytes = 9, .ok = false, .error = "INVALID_RECORD"}).ok());
  close();
  EXPECT_EQ(logged(),
            (std::vector<std::string>{
                R"({"time":1700000001000,"event":"send","topic":"orders","partition":2,"offset":42,"records":1,"bytes":8})",
                R"({"time":1700000001000,"event":"send","topic":"orders","partition":-1,"records":1,"bytes":9,"error":"INVALID_RECORD"})",
                R"({"time":1700000001000,"event":"summary","sent_records":1,"sent_bytes":8,"failed_records":1})"}));
}

TEST_F(Audit, ConsumersSayWhatTheyTookAndCommitted) {
  for (const bool written : {true, false}) {
    host_.lines.clear();
    sdk::Interceptor& audit = make({{"fetches", written ? sdk::Text("true") : sdk::Text("false"), {}}});
    sdk::RecordView record = record_of("hello");
    record.offset = 41;
    RecordedEdit edit;
    ASSERT_TRUE(audit.on_consume(kTopic, record, edit).ok());
    EXPECT_TRUE(edit.untouched());
    ASSERT_TRUE(audit.on_commit(kTopic, 42).ok());
    close();
    std::vector<std::string> lines{
        R"({"time":1700000001000,"event":"consume","topic":"orders","partition":2,"offset":41,"records":1,"bytes":5})",
        R"({"time":1700000001000,"event":"commit","topic":"orders","partition":2,"offset":42})",
        R"({"time":1700000001000,"event":"summary","consumed_records":1,"consumed_bytes":5,"commits":1})"};
    if (!written) lines.erase(lines.begin());
    EXPECT_EQ(logged(), lines);
  }
}

TEST_F(Audit, APathThatCanNotBeIsRefusedWithTheReason) {
  sdk::Interceptor& audit = make({{"path", "no/such/folder/audit.jsonl", {}}});
  const sdk::Status status = audit.on_appended(kClient, kTopic, good());
  EXPECT_FALSE(status.ok());
  EXPECT_NE(std::string(status.message()).find("no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace barnabas::testing
