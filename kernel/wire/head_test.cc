#include "kernel/wire/head.h"

#include <gmock/gmock.h>

#include "kernel/wire/golden.h"

namespace barnabas::wire {
namespace {

using testing::HasSubstr;

class Head : public testing::Test {
 protected:
  Status read(std::string_view hex) {
    octets_ = golden::from_hex(hex);
    return read_request_head(octets_, arena_, head_);
  }

  golden::Octets octets_;
  base::Arena arena_;
  RequestHead head_;
};

TEST_F(Head, ClassicHeaderIsFollowedByTheBody) {
  ASSERT_TRUE(read("0003 0001 00000007 0002 6d65 ffffffff").ok());
  EXPECT_EQ(head_.api_key, 3);
  EXPECT_EQ(head_.api_version, 1);
  EXPECT_EQ(head_.correlation_id, 7);
  EXPECT_TRUE(head_.client_id == "me");
  EXPECT_EQ(golden::to_hex(head_.body), "ffffffff");
}

TEST_F(Head, FlexibleHeaderHasTagsAndTheSameClientId) {
  ASSERT_TRUE(read("0003 0009 00000007 ffff 01 07 01 aa 00").ok());
  EXPECT_TRUE(head_.client_id == kNull);
  EXPECT_EQ(golden::to_hex(head_.body), "00");
}

TEST_F(Head, ControlledShutdownV0HasAnOlderHeader) {
  ASSERT_TRUE(read("0007 0000 00000007 00000001").ok());
  EXPECT_EQ(golden::to_hex(head_.body), "00000001");
}

TEST_F(Head, ApiVersionsOfAnUnknownVersionCanBeRead) {
  ASSERT_TRUE(read("0012 0064 00000007 ffff 00 cafe").ok());
  EXPECT_EQ(head_.api_version, 100);
  EXPECT_EQ(golden::to_hex(head_.body), "cafe");
}

TEST_F(Head, NonsenseIsRefused) {
  EXPECT_THAT(std::string(message_of(read("0003000100"))), HasSubstr("a request of 5 octets, its header alone takes at least 8"));
  for (const char* key : {"ffff", "005d", "7fff"}) EXPECT_EQ(read(std::string(key) + "0000 00000007 ffff").code(), Code::kUnsupported);
  EXPECT_THAT(std::string(message_of(read("005d 0000 00000007 ffff"))), HasSubstr("api key 93 does not exist, 0 to 92 do"));
  EXPECT_EQ(head_.correlation_id, 7);
  EXPECT_THAT(std::string(message_of(read("0003 ffff 00000007 ffff"))), HasSubstr("Metadata has no version -1"));
  EXPECT_EQ(read("0003 0001 00000007 0005 6d65").code(), Code::kCorrupt);
}

TEST_F(Head, WhatIsWrittenIsRead) {
  for (const ApiInfo& api : all_apis()) {
    for (int version = 0; version <= api.known.last; ++version) {
      Buffer buffer;
      ASSERT_TRUE(write_request_head(buffer, api.key, version, 42, "client").ok());
      buffer.append_octet(0xbb);
      RequestHead head;
      ASSERT_TRUE(read_request_head(buffer.bytes(), arena_, head).ok());
      EXPECT_EQ(head.correlation_id, 42);
      EXPECT_EQ(head.api_version, version);
      EXPECT_EQ(golden::to_hex(head.body), "bb") << api.name << " v" << version;

      Buffer answer;
      write_response_head(answer, api.key, version, 43);
      answer.append_octet(0xcc);
      Bytes rest = answer.bytes();
      std::int32_t correlation_id = 0;
      ASSERT_TRUE(read_response_head(rest, api.key, version, correlation_id).ok());
      EXPECT_EQ(correlation_id, 43);
      EXPECT_EQ(golden::to_hex(rest), "cc");
    }
  }
  EXPECT_EQ(response_header_version(ApiKey::kApiVersions, 4), 0);
  EXPECT_EQ(response_header_version(ApiKey::kMetadata, 9), 1);
}

}  // namespace
}  // namespace barnabas::wire
