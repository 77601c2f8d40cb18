#include "kernel/host/trial_load.h"

#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::host {
namespace {

using testing::HasSubstr;

const std::string kPlugins = std::string(BARNABAS_BINARY_DIR) + "/tests/plugins";

// As of a program that was started by one that ignores the end of its children.
class ChildrenAreForgotten : public testing::Test {
 protected:
  ChildrenAreForgotten() {
    struct sigaction ignored {};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGCHLD, &ignored, &before_);
  }
  ~ChildrenAreForgotten() override { ::sigaction(SIGCHLD, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

TEST_F(ChildrenAreForgotten, WhatLoadsIsTakenAllTheSame) {
  const Status status = try_to_load(kPlugins + "/no_such_file.so");  // that it cannot be loaded is for the real attempt to say
  EXPECT_TRUE(status.ok()) << message_of(status);
}

TEST_F(ChildrenAreForgotten, WhatEndsTheProcessIsRefusedAllTheSame) {
  EXPECT_THAT(std::string(message_of(try_to_load(kPlugins + "/bad/aborts.so"))), HasSubstr("ends the process when it is loaded (signal 6"));
}

TEST_F(ChildrenAreForgotten, AndAreAgainAfterwards) {
  EXPECT_TRUE(try_to_load(kPlugins + "/no_such_file.so").ok());
  struct sigaction now {};
  ::sigaction(SIGCHLD, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_IGN);
}

}  // namespace
}  // namespace barnabas::host
