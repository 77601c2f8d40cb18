// Whoever asks a loop for little is served before those who ask for much, and of these nobody waits for ever.
#include "kernel/io/loopback.h"
#include "kernel/io/raw_peer.h"

#include <gmock/gmock.h>

#include <map>
#include <string>

namespace barnabas::io {
namespace {

constexpr int kBusy = 20;
constexpr int kKnown = 8;                  // what costs little, so often, makes somebody known for it
constexpr std::int64_t kLongNs = 120'000;  // more than all busy ones together may have of a turn

// Receives an octet at a time, so that there is always more.
struct Sipping : Script {
  sdk::MutableBytes receive_into(sdk::MutableBytes shared) override { return {shared.data, 1}; }
};

class FairTurnsTest : public LoopbackTest {
 protected:
  // The first connection asks for little. When it is known for that, all others keep the loop busy. `on_busy`: after each of their octets,
  // with how many those were.
  void run(const std::function<void(int)>& on_busy) {
    std::vector<RawPeer> busy;
    listener_ = *env_->listen({"127.0.0.1", 0}, [&](base::Loop& loop, const Address&) {
      auto server = std::make_unique<Sipping>();
      server->received = [&, number = accepted_++](Stream&, sdk::Bytes) {
        const int served = ++served_[number];
        order_ += number == 0 ? 'l' : 'b';
        if (number == 0 && served == kKnown)
          for (int i = 0; i < kBusy; ++i) busy.emplace_back(listener_->address()).write(std::string(1000, 'x'));
        if (number == 0) return;
        spin(loop, kLongNs);
        on_busy(static_cast<int>(++busy_));
      };
      return server;
    });
    little_ = std::make_unique<RawPeer>(listener_->address());
    little_->write(std::string(kKnown, 'x'));
    env_->run();
  }
  static void spin(base::Loop& loop, std::int64_t ns) {
    for (const std::int64_t end = loop.clock().mono_ns() + ns; loop.clock().mono_ns() < end;) {
    }
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
  EXPECT_GE(served_[0], kKnown + 2);
}

TEST_F(FairTurnsTest, WhoIsNewStandsBehindWhoIsKnown) {
  std::vector<RawPeer> strangers;
  int before = 0;  // strangers that were served between the question and its answer
  listener_ = *env_->listen({"127.0.0.1", 0}, [&](base::Loop& loop, const Address&) {
    auto server = std::make_unique<Sipping>();
    server->received = [&, number = accepted_++](Stream&, sdk::Bytes) {
      const int served = ++served_[number];
      if (number == 0 && served == kKnown)
        for (int i = 0; i < 100; ++i) strangers.emplace_back(listener_->address()).write("x");
      if (number == 0 && served > kKnown) env_->stop();
      if (number == 0) return;
      if (busy_++ == 0) little_->write("x");
      before = busy_;
      spin(loop, 40'000);  // less than what counts as much
    };
    return server;
  });
  little_ = std::make_unique<RawPeer>(listener_->address());
  little_->write(std::string(kKnown, 'x'));
  env_->run();
  EXPECT_LE(before, 6);
}

// However fast the machine takes it: many of them together take long.
TEST_F(FairTurnsTest, WhoSendsMuchStandsBehindWhoSendsLittle) {
  constexpr int kSenders = 60;
  const std::string much(60'000, 'x');
  std::vector<RawPeer> senders;
  std::size_t asked_at = 0;
  listener_ = *env_->listen({"127.0.0.1", 0}, [&](base::Loop&, const Address&) {
    std::unique_ptr<Script> server = accepted_ == 0 ? std::make_unique<Sipping>() : std::make_unique<Script>();
    server->received = [&, number = accepted_++](Stream&, sdk::Bytes octets) {
      order_ += number == 0 ? 'l' : 'b';
      if (number == 0) {
        const int served = ++served_[0];
        if (served == kKnown)
          for (int i = 0; i < kSenders; ++i) senders.emplace_back(listener_->address()).write(much);
        if (served == kKnown + 1) env_->stop();
        return;
      }
      if (asked_at != 0) return;
      if (++busy_ <= 20 * kSenders) return senders[static_cast<std::size_t>(number - 1)].write(std::string(octets.size, 'x'));
      asked_at = order_.size();
      little_->write("x");
    };
    return server;
  });
  little_ = std::make_unique<RawPeer>(listener_->address());
  little_->write(std::string(kKnown, 'x'));
  env_->run();
  EXPECT_LE(order_.size() - asked_at, kSenders / 4U);
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
