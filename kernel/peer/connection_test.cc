#include "kernel/peer/connection.h"

#include "kernel/peer/scripted_server.h"

#include "sim/sim_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace barnabas::peer {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kPatienceNs = 120'000'000'000;
const base::Address kServer{"10.0.0.1", 9092};

// A request with nothing in it but a number of ours, in the place of a header.
Octets request(std::int32_t correlation_id) { return framed(int32_octets(correlation_id)); }
Octets echo(sdk::Bytes request) { return framed(Octets(request.begin(), request.end())); }

class ConnectionTest : public ::testing::Test {
 protected:
  ~ConnectionTest() override { client_.end(); }

  Connection& connect(Connection::Settings settings = {}) { return connection_.emplace(client_.loop(0), kServer, settings); }
  void send(std::int32_t correlation_id) {
    world_.run_on(static_cast<sim::SimLoop&>(client_.loop(0)), [&] {
      connection_->send(request(correlation_id), correlation_id, [this](Result<sdk::Bytes> answer) {
        answers_.push_back(answer ? Octets(answer->begin(), answer->end()) : Octets());
        failures_.push_back(answer ? Status() : std::move(answer).status());
      });
    });
  }
  void wait_for(std::size_t count) {
    ASSERT_TRUE(world_.run_until([&] { return answers_.size() >= count; }, kPatienceNs));
  }
  // The only answer's failure.
  std::string failure_of_one_request(Connection::Settings settings = {}) {
    connect(settings);
    send(1);
    wait_for(1);
    return failures_.empty() ? "" : std::string(message_of(failures_.at(0)));
  }

  sim::SimWorld world_{1};
  testing::SimulatedDisk disk_{2};
  sim::SimEnv client_{world_, "client", disk_, {.host = "10.0.0.2"}};
  std::optional<Connection> connection_;
  std::vector<Octets> answers_;
  std::vector<Status> failures_;
};

TEST_F(ConnectionTest, AnswersComeInOrderOverOneConnection) {
  ScriptedServer server(world_, kServer, echo);
  connect();
  for (int i = 1; i <= 20; ++i) send(i);
  wait_for(20);
  EXPECT_EQ(server.connections, 1);
  for (int i = 1; i <= 20; ++i) EXPECT_EQ(answers_[static_cast<std::size_t>(i) - 1], int32_octets(i));
}

TEST_F(ConnectionTest, NobodyListening) {
  EXPECT_THAT(failure_of_one_request(), HasSubstr("10.0.0.1:9092"));
  EXPECT_EQ(failures_[0].code(), Code::kUnavailable);  // it was never sent
}

TEST_F(ConnectionTest, APeerThatHangsUpMayHaveDoneWhatItWasAsked) {
  ScriptedServer server(world_, kServer, echo);
  server.hangs_up = true;
  EXPECT_EQ(failure_of_one_request(), "10.0.0.1:9092 closed the connection");
  EXPECT_EQ(failures_[0].code(), Code::kUnknown);
}

TEST_F(ConnectionTest, ConnectsAgainAfterAFailure) {
  ScriptedServer server(world_, kServer, echo);
  server.hangs_up = true;
  failure_of_one_request();
  server.hangs_up = false;
  send(2);
  wait_for(2);
  EXPECT_EQ(answers_[1], int32_octets(2));
  EXPECT_EQ(server.connections, 2);
}

struct ForeignAnswer {
  const char* name;
  Octets octets;
  const char* words;
};
void PrintTo(const ForeignAnswer& answer, std::ostream* to) { *to << answer.name; }

class ForeignPeer : public ConnectionTest, public ::testing::WithParamInterface<ForeignAnswer> {};

TEST_P(ForeignPeer, IsNamedAndLeft) {
  ScriptedServer server(world_, kServer, [](sdk::Bytes) { return GetParam().octets; });
  EXPECT_EQ(failure_of_one_request(), GetParam().words);
  EXPECT_EQ(failures_[0].code(), Code::kUnknown);
  send(2);  // on a new connection
  wait_for(2);
  EXPECT_EQ(server.connections, 2);
}

INSTANTIATE_TEST_SUITE_P(
    All, ForeignPeer,
    ::testing::Values(
        ForeignAnswer{"tls alert", {0x15, 3, 1, 0, 2, 2, 40}, "10.0.0.1:9092 speaks TLS, and this connection does not"},
        ForeignAnswer{"http", {'H', 'T', 'T', 'P', '/', '1'}, "10.0.0.1:9092 speaks HTTP, not Kafka's protocol"},
        ForeignAnswer{"too large", int32_octets(1000000000) + Octets{1},
                      "10.0.0.1:9092 does not speak Kafka's protocol: it answered with a frame of 1000000000 octets"},
        ForeignAnswer{"negative", int32_octets(-5), "10.0.0.1:9092 does not speak Kafka's protocol: it answered with a frame of -5 octets"},
        ForeignAnswer{"too small", framed({1, 2}), "10.0.0.1:9092 does not speak Kafka's protocol: it answered with a frame of 2 octets"},
        ForeignAnswer{"not asked", framed(int32_octets(99)), "10.0.0.1:9092 answered request 99, which was not asked"}));

TEST_F(ConnectionTest, APeerThatIsSilentIsLeftInTime) {
  ScriptedServer server(world_, kServer, [](sdk::Bytes) { return Octets(); });
  EXPECT_EQ(failure_of_one_request({.request_timeout_ns = 5'000'000'000}), "10.0.0.1:9092 did not answer within 5000 ms");
  EXPECT_LT(world_.now_ns(), 7'000'000'000);
}

TEST_F(ConnectionTest, TheTimeRunsPerAnswer) {
  // Each answer takes 2 s, five of them more than the limit: none of them is late.
  int held = 0;
  ScriptedServer server(world_, kServer, [&](sdk::Bytes request) {
    ++held;
    return echo(request);
  });
  connect({.request_timeout_ns = 3'000'000'000});
  for (int i = 1; i <= 5; ++i) {
    send(i);
    wait_for(static_cast<std::size_t>(i));
    world_.run_for(2'000'000'000);
  }
  for (const Status& failure : failures_) EXPECT_TRUE(failure.ok()) << message_of(failure);
  EXPECT_EQ(held, 5);
}

TEST_F(ConnectionTest, APeerThatCannotBeReachedIsGivenUpInTime) {
  ScriptedServer server(world_, kServer, echo);
  world_.network().cut("client", "server 10.0.0.1");
  EXPECT_EQ(failure_of_one_request({.connect_timeout_ns = 1'000'000'000}), "10.0.0.1:9092 did not accept a connection within 1000 ms");
  EXPECT_EQ(failures_[0].code(), Code::kUnavailable);
}

TEST_F(ConnectionTest, WhatIsNotAnsweredIsReportedWhenTheNetworkHasIt) {
  ScriptedServer server(world_, kServer, [](sdk::Bytes) { return Octets(); });
  connect();
  int sent = 0;
  world_.run_on(static_cast<sim::SimLoop&>(client_.loop(0)), [&] {
    for (int i = 0; i < 3; ++i)
      connection_->send_without_answer(framed(Octets(400'000)), [&](Status status) {
        EXPECT_TRUE(status.ok()) << message_of(status);
        ++sent;
      });
  });
  EXPECT_EQ(sent, 0);  // it takes time: nothing is open yet
  ASSERT_TRUE(world_.run_until([&] { return sent == 3; }, kPatienceNs));
  ASSERT_TRUE(world_.run_until([&] { return server.requests.size() == 3; }, kPatienceNs));
}

TEST_F(ConnectionTest, APeerThatTookEverythingIsKept) {
  ScriptedServer server(world_, kServer, [](sdk::Bytes) { return Octets(); });
  connect({.request_timeout_ns = 5'000'000'000});
  int sent = 0;
  world_.run_on(static_cast<sim::SimLoop&>(client_.loop(0)),
                [&] { connection_->send_without_answer(framed(Octets(400'000)), [&](Status status) { sent += status.ok() ? 1 : 0; }); });
  ASSERT_TRUE(world_.run_until([&] { return sent == 1; }, kPatienceNs));
  world_.run_for(60'000'000'000);
  EXPECT_TRUE(connection_->is_open());
}

TEST_F(ConnectionTest, ARequestOfOneWhoHearsThatAllIsSentHasItsTime) {
  ScriptedServer server(world_, kServer, [](sdk::Bytes) { return Octets(); });
  connect({.request_timeout_ns = 5'000'000'000});
  world_.run_on(static_cast<sim::SimLoop&>(client_.loop(0)), [&] {
    connection_->send_without_answer(framed(Octets(400'000)), [&](Status) {
      connection_->send(request(1), 1, [&](Result<sdk::Bytes> answer) {
        answers_.emplace_back();
        failures_.push_back(std::move(answer).status());
      });
    });
  });
  wait_for(1);
  EXPECT_EQ(message_of(failures_.at(0)), "10.0.0.1:9092 did not answer within 5000 ms");
}

TEST_F(ConnectionTest, WhatCannotBeSentIsReportedToo) {
  connect();
  std::optional<Code> code;
  world_.run_on(static_cast<sim::SimLoop&>(client_.loop(0)),
                [&] { connection_->send_without_answer(request(1), [&](Status status) { code = status.code(); }); });
  ASSERT_TRUE(world_.run_until([&] { return code.has_value(); }, kPatienceNs));
  EXPECT_EQ(*code, Code::kUnavailable);
}

TEST_F(ConnectionTest, AnOwnerThatGoesIsNotToldAnyMore) {
  ScriptedServer server(world_, kServer, echo);
  connect();
  send(1);
  world_.run_on(static_cast<sim::SimLoop&>(client_.loop(0)), [&] { connection_.reset(); });
  world_.run_for(60'000'000'000);
  EXPECT_TRUE(answers_.empty());
}

TEST_F(ConnectionTest, AnOwnerMayGoInsideOfAnAnswer) {
  ScriptedServer server(world_, kServer, echo);
  connect();
  int answered = 0;
  world_.run_on(static_cast<sim::SimLoop&>(client_.loop(0)), [&] {
    for (int i = 1; i <= 3; ++i)
      connection_->send(request(i), i, [&](Result<sdk::Bytes>) {
        ++answered;
        connection_.reset();
      });
  });
  world_.run_for(60'000'000'000);
  EXPECT_EQ(answered, 1);
}

}  // namespace
}  // namespace barnabas::peer
