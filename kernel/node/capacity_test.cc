#include "kernel/node/capacity.h"

#include <gmock/gmock.h>

#include "kernel/base/times.h"
#include "kernel/config/load.h"
#include "kernel/node/settings.h"

namespace barnabas::node {
namespace {

using testing::HasSubstr;

class NoSurroundings final : public config::Surroundings {
 public:
  std::optional<std::string> environment(const std::string&) override { return std::nullopt; }
  Result<std::string> read_file(const std::string& path) override { return Status::not_found(path + " is not there"); }
  std::string host_name() override { return "here"; }
};

class CapacityTest : public testing::Test {
 protected:
  // A deployment with these Kafka keys, and these options of its storage.
  const config::Deployment& deployment(const std::string& kafka, const std::string& node = "{id: 1}") {
    NoSurroundings surroundings;
    loaded_ = config::load_text(
        "node: " + node +
            "\nlisteners: [{name: PLAINTEXT, address: '127.0.0.1:9092'}]\nstorage: {use: segment}\nmetadata: {use: kraft}\n"
            "kafka: {" +
            kafka + "}\n",
        "some.yaml", {}, surroundings);
    loaded_.deployment.storage.settings = storage_;
    return loaded_.deployment;
  }
  void option(const std::string& name, const std::string& value) {
    storage_.push_back({.name = name, .value = value, .items = {}, .is_list = false, .is_secret = false, .at = {}});
  }
  // What is wrong with it on `machine_`.
  std::string wrong(const std::string& kafka, const std::string& node = "{id: 1}") {
    config::Findings findings;
    check_capacity(deployment(kafka, node), machine_, config::Severity::kError, findings);
    return findings.text();
  }

  base::Machine machine_{.open_files = 20'000, .memory_bytes = 8ull << 30, .memory_is_of = "the machine", .cores = 2};
  config::Loaded loaded_;
  std::vector<config::Setting> storage_;
};

TEST_F(CapacityTest, WhatIsNotSaidFitsTheMachine) {
  option("max_open_files", "1000");
  EXPECT_EQ(wrong(""), "");
  const auto settings = connection_settings(deployment(""), machine_);
  EXPECT_EQ(settings.connections, 16'000u);
  EXPECT_EQ(settings.connections_per_address, 4'000u);
  EXPECT_EQ(settings.connections_per_second, 20'000);
  EXPECT_EQ(settings.request_memory_bytes, 1ull << 30);
  EXPECT_EQ(settings.answer_memory_bytes, 1ull << 30);
  EXPECT_EQ(settings.request_ns, 30'000'000'000);
  EXPECT_EQ(settings.send_ns, 30'000'000'000);
  EXPECT_EQ(settings.idle_ns, 600'000'000'000);
}

TEST_F(CapacityTest, ASmallMachineHasSmallDefaults) {
  machine_ = {.open_files = 2000, .memory_bytes = 1ull << 30, .memory_is_of = "the control group", .cores = 1};
  option("max_open_files", "1000");
  EXPECT_EQ(wrong(""), "");
  const auto settings = connection_settings(deployment(""), machine_);
  EXPECT_EQ(settings.connections, 2000u - 1000 - 200 - 256);
  EXPECT_EQ(settings.request_memory_bytes, 256u << 20);
}

TEST_F(CapacityTest, WhatIsSaidIsHonoured) {
  const auto settings = connection_settings(
      deployment("max.connections: 100, max.connections.per.ip: 50, max.connection.creation.rate: 7, "
                 "max.connections.per.ip.overrides: '10.0.0.1:3, ::1:4', queued.max.request.bytes: 1000000, connections.max.idle.ms: 5"),
      machine_);
  EXPECT_EQ(settings.connections, 100u);
  EXPECT_EQ(settings.connections_per_address, 50u);
  EXPECT_EQ(settings.connections_per_second, 7);
  EXPECT_EQ(settings.connections_of_address.at("10.0.0.1"), 3u);
  EXPECT_EQ(settings.connections_of_address.at("::1"), 4u);
  EXPECT_EQ(settings.request_memory_bytes, 1'000'000u);
  EXPECT_EQ(settings.frame_bytes, 1'000'000u);  // a larger one could never come whole
  EXPECT_EQ(settings.idle_ns, 5'000'000);
}

TEST_F(CapacityTest, NeverIsTheLongestTimeAndNotAtOnce) {
  const std::string never = "9223372036854775807";
  EXPECT_EQ(connection_settings(deployment("connections.max.idle.ms: " + never), machine_).idle_ns, base::kLongestNs);
  EXPECT_EQ(nanoseconds(deployment("log.retention.check.interval.ms: " + never).kafka, "log.retention.check.interval.ms"),
            base::kLongestNs);
  EXPECT_EQ(nanoseconds(deployment("").kafka, "log.retention.check.interval.ms"), 300'000'000'000);
}

TEST_F(CapacityTest, MoreConnectionsThanDescriptorsAreRefusedWithWhatWouldBeRight) {
  option("max_open_files", "1000");
  EXPECT_EQ(wrong("max.connections: 18544"), "");
  EXPECT_THAT(
      wrong("max.connections: 50000"),
      HasSubstr("max.connections is 50000, which with 1000 files of the storage (max_open_files), 256 connections of brokers and 200 "
                "of its own takes 51456 open files; this process may have 20000 (RLIMIT_NOFILE): set max.connections to at most "
                "18544, or raise the limit to 51456"));
}

TEST_F(CapacityTest, ALimitThatLeavesNoConnectionsIsNamed) {
  machine_.open_files = 1024;
  option("max_open_files", "1000");
  EXPECT_THAT(wrong(""), HasSubstr("this process may have 1024 open files (RLIMIT_NOFILE) and needs 1456 for 1000 files of the storage"));
}

TEST_F(CapacityTest, MoreMemoryThanThereIsIsRefusedWithWhatWouldBeRight) {
  machine_.memory_is_of = "the control group";
  option("max_bytes", "1073741824");
  const std::string text = wrong("queued.max.request.bytes: 8589934592");
  EXPECT_THAT(text, HasSubstr("some.yaml:5:"));
  EXPECT_THAT(text, HasSubstr("and the control group has 8589934592: 8589934592 for requests (queued.max.request.bytes) and as many for "
                              "answers, 1073741824 for records in memory (max_bytes)"));
  const std::size_t at = text.find("to at most ");
  ASSERT_NE(at, std::string::npos) << text;
  EXPECT_EQ(wrong("queued.max.request.bytes: " + std::to_string(std::stoull(text.substr(at + 11)))), "") << "the advice does not hold";
}

TEST_F(CapacityTest, ForOneWhoOnlyLooksItIsAWarning) {
  config::Findings findings;
  check_capacity(deployment("max.connections: 50000"), machine_, config::Severity::kWarning, findings);
  EXPECT_FALSE(findings.has_errors());
  EXPECT_THAT(findings.text(), HasSubstr("warning: max.connections is 50000"));
}

TEST_F(CapacityTest, WhatIsOnlyUselessIsAWarning) {
  EXPECT_THAT(wrong("", "{id: 1, loops: 8}"), HasSubstr("warning: /node/loops is 8 on 2 cores"));
  EXPECT_THAT(wrong("queued.max.request.bytes: 1048576, socket.request.max.bytes: 2097152"),
              HasSubstr("warning: socket.request.max.bytes is 2097152, but all requests together may take 1048576"));
}

}  // namespace
}  // namespace barnabas::node
