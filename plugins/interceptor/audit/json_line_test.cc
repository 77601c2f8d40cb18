#include "json_line.h"

#include <gtest/gtest.h>

namespace barnabas::interceptor {
namespace {

std::string text(std::string_view value) { return std::string(JsonLine().begin().add("a", value).end()); }

TEST(JsonLine, NumbersAndTexts) {
  JsonLine line;
  EXPECT_EQ(line.begin().add("a", 1).add("b", INT64_MIN).add("c", "x").end(), "{\"a\":1,\"b\":-9223372036854775808,\"c\":\"x\"}\n");
  EXPECT_EQ(line.begin().end(), "{}\n");
}

TEST(JsonLine, EscapesWhatEndsATextOrALine) {
  EXPECT_EQ(text("a\"b\\c\n\x7f"), "{\"a\":\"a\\\"b\\\\c\\u000a\\u007f\"}\n");
  EXPECT_EQ(text(std::string_view("\0", 1)), "{\"a\":\"\\u0000\"}\n");
}

TEST(JsonLine, KeepsUtf8AndReplacesTheRest) {
  EXPECT_EQ(text("J\xc3\xb6rg \xf0\x9f\x99\x82"), "{\"a\":\"J\xc3\xb6rg \xf0\x9f\x99\x82\"}\n");
  EXPECT_EQ(text("\xff"), "{\"a\":\"\\ufffd\"}\n");
  EXPECT_EQ(text("\xc3"), "{\"a\":\"\\ufffd\"}\n");
  EXPECT_EQ(text("\xc0\xaf"), "{\"a\":\"\\ufffd\\ufffd\"}\n");                        // an overlong slash
  EXPECT_EQ(text("\xed\xa0\x80"), "{\"a\":\"\\ufffd\\ufffd\\ufffd\"}\n");             // half a surrogate pair
  EXPECT_EQ(text("\xf4\x90\x80\x80"), "{\"a\":\"\\ufffd\\ufffd\\ufffd\\ufffd\"}\n");  // beyond the last character
}

}  // namespace
}  // namespace barnabas::interceptor
