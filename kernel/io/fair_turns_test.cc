// Whoever asks a loop for little is served before those who ask for much, and of these nobody waits for ever.
#include "kernel/io/loopback.h"
#include "kernel/io/raw_peer.h"

#include <gmock/gmock.h>

#include <map>
#include <string>

namespace barnabas::io {
namespace {

constexpr int kBusy = 20;
constexpr std::int64_t kLongNs = 120'000;  // more than all busy ones together may have of a turn

// Receives an octet at a time, so that there is always more.
struct Sipping : Script {
  sdk::MutableBytes receive_into(sdk::MutableBytes shared) override { return {shared.data, 1}; }
};

class FairTurnsTest : public LoopbackTest {
 protected:
  // The first connection asks for little, all others keep the loop busy. `on_busy`: after each of their octets, with how many those were.
  void run(const std::function<void(int)>& on_busy) {
    listener_ = *env_->listen({"127.0.0.1", 0}, [this, on_busy](base::Loop& loop, const Address&) {
      auto server = std::make_unique<Sipping>();
      server->received = [this, &loop, on_busy, number = accepted_++](Stream&, sdk::Bytes) {
        ++served_[number];
        order_ += number == 0 ? 'l' : 'b';
        if (number == 0) return;
        for (const std::int64_t end = loop.clock().mono_ns() + kLongNs; loop.clock().mono_ns() < end;) {
        }
        on_busy(static_cast<int>(++busy_));
      };
      return server;
    });
    little_ = std::make_unique<RawPeer>(listener_->address());
    std::vector<RawPeer> busy;
    for (int i = 0; i < kBusy; ++i) busy.emplace_back(listener_->address()).write(std::string(1000, 'x'));
    env_->run();
  }

  std::unique_ptr<RawPeer> little_;
  std::map<int, int> served_;
  std::string order_;
  int accepted_ = 0;
  int busy_ = 0;
};

TEST_F(FairTurnsTest, WhoAsksForLittleWaitsForFewOfTheOthers) {
  std::size_t asked_at = 0;
  run([&](int busy) {
    if (busy < 3 * kBusy) return;
    if (busy % kBusy == 0) {
      little_->write("x");
      asked_at = order_.size();
    }
    if (busy == 6 * kBusy) env_->stop();
    const std::size_t answered = order_.rfind('l');
    const bool is_waiting = answered == std::string::npos || answered < asked_at;
    EXPECT_TRUE(!is_waiting || order_.size() - asked_at <= 2) << order_;
  });
  EXPECT_GE(served_[0], 2);
}

TEST_F(FairTurnsTest, OfThoseWhoAskForMuchEverybodyHasHisTurn) {
  run([&](int busy) {
    if (busy == 6 * kBusy) env_->stop();
  });
  for (int number = 1; number <= kBusy; ++number)
    EXPECT_THAT(served_[number], ::testing::AllOf(::testing::Ge(4), ::testing::Le(8))) << number;
}

}  // namespace
}  // namespace barnabas::io
