// A partitioner that behaves as badly as it is told to: how `barnabas plugins test` is shown to survive it and to name the rule.
#include <barnabas/sdk/partitioner.h>

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace {

using namespace barnabas;

struct DiesLate {
  ~DiesLate() {
    if (armed) std::abort();
  }
  bool armed = false;
} dies_late;

void crash() { std::raise(SIGSEGV); }

class Unruly {
 public:
  struct Options {
    sdk::Text how = "not at all";
    sdk::TextList words = {};
    BARNABAS_OPTIONS(f) {
      f("how", &Options::how, "what it does wrong");
      f("words", &Options::words, "what it prints");
    }
  };
  Unruly(sdk::Host& host, const Options& options) : host_(host), how_(options.how.data, options.how.size) {
    for (const sdk::Text word : options.words) std::printf("%.*s\n", static_cast<int>(word.size), word.data);
    if (how_ == "refuses to be made") throw std::invalid_argument("there is no such region");
    if (how_ == "crashes when made") crash();
    dies_late.armed = how_ == "crashes at exit";
  }
  ~Unruly() {
    if (how_ == "crashes when destroyed") crash();
  }

  // Only for a record without key and value, so that the other rules hold.
  sdk::Status choose(const sdk::TopicView&, sdk::AvailablePartitions, const sdk::RecordView& record, std::int32_t& partition) {
    partition = 0;
    if (!record.has_key && !record.has_value) misbehave(partition);
    return {};
  }

 private:
  void misbehave(std::int32_t& partition) {
    if (how_ == "crashes") crash();
    if (how_ == "hangs") pause_forever();
    if (how_ == "throws") throw std::runtime_error("two\nlines");
    if (how_ == "exits") std::exit(0);
    if (how_ == "goes too far") partition = 1'000'000;
    if (how_ == "runs out of stack") partition = deeper(1);
    if (how_ == "eats memory") eat();
    if (how_ == "leaves a child and crashes") leave_a_child();
    if (how_ == "closes everything")
      for (int fd = 0; fd < 1000; ++fd) close(fd);
    if (how_ == "asks for the disk") look_at_the_disk();
  }
  void pause_forever() {
    while (true) pause();
  }
  int deeper(int depth) {
    volatile char room[4096] = {};
    room[0] = static_cast<char>(depth);
    return depth < 0 ? 0 : deeper(depth + 1) + room[0];  // there is no stack for all of them
  }
  // Until there is no more; what is thrown then is its own fault. It is not written to, so that the machine does not notice.
  void eat() {
    std::vector<std::unique_ptr<char[]>> eaten;
    while (true) eaten.push_back(std::make_unique_for_overwrite<char[]>(std::size_t{64} << 20));
  }
  void leave_a_child() {
    if (fork() == 0) pause_forever();
    crash();
  }
  void look_at_the_disk() {
    sdk::FileInfo info;
    if (!host_.disk().info("/etc", info).ok()) return;
    throw std::logic_error("this is the real disk");
  }

  sdk::Host& host_;
  std::string_view how_;
};

}  // namespace

BARNABAS_PLUGIN(Partitioner, Unruly, "unruly", "1.0.0", "Behaves as badly as it is told to.")
