#include "kernel/wire/errors.h"

#include <gmock/gmock.h>

#include "kernel/wire/golden.h"

namespace barnabas::wire {
namespace {

TEST(Errors, TheTableIsKafkas) {
  std::size_t count = 0;
  for (const auto& row : golden::rows("errors.tsv")) {
    ++count;
    const auto code = static_cast<ErrorCode>(std::stoi(row.at(0)));
    const ErrorInfo* info = find_error(code);
    ASSERT_NE(info, nullptr) << row[1];
    EXPECT_EQ(info->code, code);
    EXPECT_EQ(info->name, row.at(1));
    EXPECT_EQ(info->retriable, row.at(2) == "yes") << row[1];
    EXPECT_EQ(info->refresh_metadata, row.at(3) == "yes") << row[1];
    EXPECT_EQ(info->message, row.at(5));
  }
  EXPECT_EQ(count, 135u);
}

TEST(Errors, UnknownCodesAreUnknownServerErrors) {
  for (const int code : {-2, 134, 32767, -32768}) {
    EXPECT_EQ(find_error(static_cast<ErrorCode>(code)), nullptr);
    EXPECT_EQ(error_name(static_cast<ErrorCode>(code)), "UNKNOWN_SERVER_ERROR");
    EXPECT_FALSE(is_retriable(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(error_name(ErrorCode::kNotLeaderOrFollower), "NOT_LEADER_OR_FOLLOWER");
  EXPECT_EQ(error_name(ErrorCode::kNone), "NONE");
}

}  // namespace
}  // namespace barnabas::wire
