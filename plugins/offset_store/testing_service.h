// A real server beside a test: tests/services/serve, driven through its standard input. It ends with this object, and with the process. One
// thread at a time.
#pragma once

#include <gtest/gtest.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

namespace barnabas::testing {

class Service {
 public:
  explicit Service(const std::string& kind, const std::vector<std::string>& arguments = {}) {
    std::vector<std::string> words{BARNABAS_SOURCE_DIR "/tests/services/serve", kind};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int orders[2];
    int answers[2];
    if (::pipe2(orders, O_CLOEXEC) != 0 || ::pipe2(answers, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, orders[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, answers[1], STDOUT_FILENO);
    if (posix_spawn(&process_, argv[0], &actions, nullptr, argv.data(), environ) != 0) std::abort();
    posix_spawn_file_actions_destroy(&actions);
    ::close(orders[0]);
    ::close(answers[1]);
    orders_ = ::fdopen(orders[1], "w");
    answers_ = ::fdopen(answers[0], "r");
    const std::string told = line();
    const std::size_t blank = told.find(' ');
    if (blank == std::string::npos) {
      ADD_FAILURE() << kind << " has not started";
      return;
    }
    port_ = std::stoi(told);
    folder_ = told.substr(blank + 1);
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() {
    std::fclose(orders_);
    std::fclose(answers_);
    ::waitpid(process_, nullptr, 0);
  }

  int port() const { return port_; }
  const std::string& folder() const { return folder_; }
  void kill() { order("kill"); }
  void start() { order("start"); }
  void pause() { order("pause"); }
  void resume() { order("resume"); }

 private:
  void order(const char* word) {
    std::fprintf(orders_, "%s\n", word);
    std::fflush(orders_);
    EXPECT_EQ(line(), "ok") << word;
  }
  std::string line() {
    std::string text;
    for (int c = 0; (c = std::fgetc(answers_)) != EOF && c != '\n';) text.push_back(static_cast<char>(c));
    return text;
  }

  pid_t process_ = 0;
  std::FILE* orders_ = nullptr;
  std::FILE* answers_ = nullptr;
  int port_ = 0;
  std::string folder_;
};

}  // namespace barnabas::testing
