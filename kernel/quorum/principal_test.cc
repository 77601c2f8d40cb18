#include "kernel/quorum/principal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::quorum {
namespace {

using ::testing::ElementsAre;

TEST(Principal, IsWrittenInKafkasDefaultForm) {
  // Version, compact strings "User" and "ANONYMOUS", no token, no tags.
  EXPECT_THAT(principal_octets("User:ANONYMOUS"),
              ElementsAre(0, 0, 5, 'U', 's', 'e', 'r', 10, 'A', 'N', 'O', 'N', 'Y', 'M', 'O', 'U', 'S', 0, 0));
}

TEST(Principal, AddressesAreThoseOfIpHeaders) {
  EXPECT_THAT(address_octets("127.0.0.1"), ElementsAre(127, 0, 0, 1));
  EXPECT_THAT(address_octets("::1"), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
  EXPECT_THAT(address_octets("fe80::a:102"), ElementsAre(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa, 1, 2));
  EXPECT_THAT(address_octets("1:2:3:4:5:6:7:8"), ElementsAre(0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8));
}

TEST(Principal, WhatIsNoAddressIsNobodys) {
  for (const char* text : {"", "localhost", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1:2:3:4:5:6:7:8:9", "x::1"})
    EXPECT_THAT(address_octets(text), ElementsAre(0, 0, 0, 0)) << text;
}

}  // namespace
}  // namespace barnabas::quorum
