#include "tools/barnabas/produce/input_lines.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>
#include <vector>

namespace barnabas::tools {
namespace {

using ::testing::ElementsAre;

class InputLinesTest : public ::testing::Test {
 protected:
  InputLinesTest() { EXPECT_EQ(pipe2(pipe_, O_CLOEXEC), 0); }
  ~InputLinesTest() override {
    close(pipe_[0]);
    end();
  }
  void write(std::string_view text) { EXPECT_EQ(::write(pipe_[1], text.data(), text.size()), static_cast<ssize_t>(text.size())); }
  void end() {
    if (pipe_[1] >= 0) close(pipe_[1]);
    pipe_[1] = -1;
  }
  // Those that are left, until the end.
  std::vector<std::string> rest(InputLines& lines) {
    end();
    std::vector<std::string> all;
    for (std::string line; *lines.next(line);) all.push_back(line);
    return all;
  }

  int pipe_[2];
};

TEST_F(InputLinesTest, EveryKindOfEndCountsAndTheLastLineNeedsNone) {
  InputLines lines(pipe_[0]);
  write("a\nb\r\nc\rd\n\n\r\r\ne");
  EXPECT_THAT(rest(lines), ElementsAre("a", "b", "c", "d", "", "", "", "e"));
}

TEST_F(InputLinesTest, NothingIsNoLine) {
  InputLines lines(pipe_[0]);
  EXPECT_TRUE(rest(lines).empty());
  std::string line;
  EXPECT_FALSE(*lines.next(line));
}

TEST_F(InputLinesTest, AnEndInTwoPiecesIsOne) {
  InputLines lines(pipe_[0]);
  std::string line;
  write("a\r");
  ASSERT_TRUE(*lines.next(line));
  EXPECT_EQ(line, "a");
  EXPECT_FALSE(lines.has_more());
  write("\nb\n");
  EXPECT_TRUE(lines.has_more());
  EXPECT_THAT(rest(lines), ElementsAre("b"));
}

TEST_F(InputLinesTest, LinesMayBeLongerThanWhatIsReadAtOnce) {
  InputLines lines(pipe_[0]);
  const std::string line(300'000, 'x');
  std::thread writer([&] {
    write(line + "\n" + line);
    end();
  });
  std::string read;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(*lines.next(read));
    EXPECT_EQ(read, line);
  }
  EXPECT_FALSE(*lines.next(read));
  writer.join();
}

TEST_F(InputLinesTest, StoppingEndsAWaitAndWhatIsReadAlreadyIsHandedOut) {
  InputLines lines(pipe_[0]);
  std::string line;
  write("a\nb\nhalf of");
  ASSERT_TRUE(*lines.next(line));
  std::thread other([&] { lines.stop(); });
  ASSERT_TRUE(*lines.next(line));
  EXPECT_EQ(line, "b");
  EXPECT_FALSE(*lines.next(line));
  other.join();
}

TEST_F(InputLinesTest, WhatCannotBeReadSaysWhy) {
  InputLines lines(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::string line;
  const auto read = lines.next(line);
  ASSERT_FALSE(read);
  EXPECT_EQ(message_of(read.status()), "the input cannot be read: Is a directory");
}

}  // namespace
}  // namespace barnabas::tools
