#include "connect_string.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::metadata_zookeeper {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string made(std::string_view text) {
  auto connect = connect_string(text);
  return connect ? *connect : "refused: " + std::string(message_of(connect.status()));
}

TEST(ConnectString, IsTakenAsKafkaTakesIt) {
  EXPECT_EQ(made("127.0.0.1:2181"), "127.0.0.1:2181");
  EXPECT_EQ(made("zk1:2181,zk2:2182/kafka/one"), "zk1:2181,zk2:2182/kafka/one");
  EXPECT_EQ(made("zk1, zk2:7 /kafka "), "zk1:2181,zk2:7/kafka");
  EXPECT_EQ(made("zk1:2181/"), "zk1:2181");
  EXPECT_EQ(made("[::1]:2181,[fe80::1%1]"), "[::1]:2181,[fe80::1%1]:2181");
}

TEST(ConnectString, TyposAreNamed) {
  for (const auto& [text, part, why] : {std::tuple{"zk1:2181;zk2:2181", "zk1:2181;zk2:2181", "has no port"},
                                        {"zk1:2181,,zk2:2181", "''", "is no server"},
                                        {"", "''", "is no server"},
                                        {"/kafka", "''", "is no server"},
                                        {"zk1:0", "zk1:0", "has no port"},
                                        {"zk1:65536", "zk1:65536", "has no port"},
                                        {"zk1:two", "zk1:two", "has no port"},
                                        {"zk1:", "zk1:", "has no port"},
                                        {"zoo keeper:2181", "zoo keeper:2181", "is no server"},
                                        {"zookeeper://zk1:2181", "zookeeper:", "has no port"},
                                        {"zk1:2181/kafka/", "/kafka/", "ends in '/'"},
                                        {"zk1:2181//kafka", "//kafka", "no name between"},
                                        {"zk1:2181/kafka,zk2:2181/kafka", "/kafka,zk2:2181/kafka", "servers come before"}}) {
    EXPECT_THAT(made(text), AllOf(HasSubstr("refused: connect: "), HasSubstr(part), HasSubstr(why))) << text;
  }
}

}  // namespace
}  // namespace barnabas::metadata_zookeeper
