#include "kernel/client/client.h"

#include "kernel/peer/scripted_server.h"
#include "kernel/wire/messages/18_api_versions.h"
#include "kernel/wire/messages/60_describe_cluster.h"
#include "kernel/wire/messages/headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace barnabas::client {
namespace {

using peer::framed;
using peer::int32_octets;
using peer::Octets;
using ::testing::HasSubstr;
using peer::operator+;

constexpr std::int64_t kPatienceNs = 120'000'000'000;
const base::Address kServer{"10.0.0.1", 9092};

std::int16_t int16_at(sdk::Bytes octets, std::size_t at) { return static_cast<std::int16_t>(octets[at] << 8 | octets[at + 1]); }
std::int16_t key_of(sdk::Bytes request) { return int16_at(request, 0); }
std::int16_t version_of(sdk::Bytes request) { return int16_at(request, 2); }

ClientSettings settings(std::vector<base::Address> bootstrap) {
  ClientSettings all;
  all.bootstrap = std::move(bootstrap);
  return all;
}

template <class Response>
Octets answer(sdk::Bytes request, const Response& response, std::int16_t version, std::int16_t header_version) {
  wire::Buffer body;
  EXPECT_TRUE(wire::encode(response, version, body).ok());
  Octets content(request.begin() + 4, request.begin() + 8);  // the correlation id
  if (header_version > 0) content.push_back(0);
  const sdk::Bytes octets = body.bytes();
  content.insert(content.end(), octets.begin(), octets.end());
  return framed(content);
}

// A broker that serves ApiVersions up to `newest` and DescribeCluster 0.
struct Broker {
  std::int16_t newest = 4;
  wire::ErrorCode error = wire::ErrorCode::kNone;
  Octets cluster_answer = {};  // in the place of a right one

  Octets operator()(sdk::Bytes request) const {
    if (key_of(request) == wire::DescribeClusterRequest::kSchema.key) {
      if (!cluster_answer.empty()) return framed(Octets(request.begin() + 4, request.begin() + 8) + cluster_answer);
      wire::DescribeClusterResponse response;
      response.cluster_id = std::string_view("a cluster");
      return answer(request, response, 0, 1);
    }
    wire::ApiVersionsResponse response;
    const bool known = version_of(request) <= newest;
    response.error_code = known ? error : wire::ErrorCode::kUnsupportedVersion;
    wire::ApiVersionsResponse::ApiVersion one;
    one.api_key = wire::DescribeClusterRequest::kSchema.key;
    response.api_keys = {&one, 1};
    return answer(request, response, known ? version_of(request) : std::int16_t{0}, 0);
  }
};

class ClientTest : public ::testing::Test {
 protected:
  ~ClientTest() override { env_.end(); }

  Result<Reply<wire::DescribeClusterResponse>> describe_cluster() {
    std::optional<Result<Reply<wire::DescribeClusterResponse>>> got;
    world_.run_on(static_cast<sim::SimLoop&>(env_.loop(0)), [&] {
      client_.call<wire::DescribeClusterResponse>(Target::any(), wire::DescribeClusterRequest{},
                                                  [&](auto reply) { got = std::move(reply); });
    });
    EXPECT_TRUE(world_.run_until([&] { return got.has_value(); }, kPatienceNs));
    return got ? *std::move(got) : Status::unavailable("no answer");
  }
  std::string failure() {
    auto reply = describe_cluster();
    return reply ? "" : std::string(message_of(std::move(reply).status()));
  }

  sim::SimWorld world_{1};
  testing::SimulatedDisk disk_{2};
  sim::SimEnv env_{world_, "client", disk_, {.host = "10.0.0.2"}};
  Client client_{env_.loop(0), settings({kServer})};
};

TEST_F(ClientTest, AsksForVersionsOnceAConnection) {
  peer::ScriptedServer server(world_, kServer, Broker{});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(failure(), "");
  EXPECT_EQ(server.connections, 1);
  EXPECT_EQ(server.requests.size(), 4u);
}

TEST_F(ClientTest, FallsBackToTheOldestVersionsRequest) {
  peer::ScriptedServer server(world_, kServer, Broker{.newest = 0});
  EXPECT_EQ(failure(), "");
  ASSERT_EQ(server.requests.size(), 3u);
  EXPECT_EQ(version_of(sdk::Bytes(server.requests[0])), 3);
  EXPECT_EQ(version_of(sdk::Bytes(server.requests[1])), 0);
}

TEST_F(ClientTest, ABrokerThatRefusesToNameItsVersionsIsAskedAgainNextTime) {
  peer::ScriptedServer server(world_, kServer, Broker{.error = wire::ErrorCode::kInvalidRequest});
  EXPECT_EQ(failure(), "10.0.0.1:9092 refused ApiVersions: INVALID_REQUEST");
  EXPECT_EQ(failure(), "10.0.0.1:9092 refused ApiVersions: INVALID_REQUEST");
  EXPECT_EQ(server.requests.size(), 2u);
}

TEST_F(ClientTest, AnAnswerThatCannotBeReadSaysToWhat) {
  peer::ScriptedServer server(world_, kServer, Broker{.cluster_answer = {0, 1, 2, 3}});
  EXPECT_THAT(failure(), HasSubstr("the answer to DescribeCluster is not readable: "));
}

TEST_F(ClientTest, EveryBootstrapServerIsNamedWhenNoneAnswers) {
  Client lonely(env_.loop(0), settings({kServer, {"10.0.0.9", 1}}));
  std::string message;
  world_.run_on(static_cast<sim::SimLoop&>(env_.loop(0)), [&] {
    lonely.call<wire::DescribeClusterResponse>(Target::any(), wire::DescribeClusterRequest{},
                                               [&](auto reply) { message = std::string(message_of(std::move(reply).status())); });
  });
  ASSERT_TRUE(world_.run_until([&] { return !message.empty(); }, kPatienceNs));
  EXPECT_THAT(message, ::testing::AllOf(HasSubstr("10.0.0.1:9092"), HasSubstr("10.0.0.9:1")));
}

TEST_F(ClientTest, WhereNoBootstrapServerAnswersTheBrokersThatItKnowsAreAsked) {
  const base::Address other{"10.0.0.3", 9092};
  peer::ScriptedServer server(world_, other, Broker{});
  world_.run_on(static_cast<sim::SimLoop&>(env_.loop(0)), [&] {
    client_.know_broker(1, kServer);
    client_.know_broker(2, other);
  });
  EXPECT_EQ(failure(), "");
  EXPECT_EQ(server.requests.size(), 2u);
}

}  // namespace
}  // namespace barnabas::client
