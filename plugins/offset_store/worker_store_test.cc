// What the store over a server that blocks promises, whatever the server.
#include "offset_store/worker_store.h"
#include "offset_store/testing_loop.h"

#include <barnabas/testing/ending.h>

#include <gtest/gtest.h>

#include <semaphore>

namespace barnabas::offset_store {
namespace {

// Takes a write when it is let.
class SlowServer final : public Server {
 public:
  explicit SlowServer(std::counting_semaphore<>& let) : let_(let) {}

  std::string name() const override { return "a slow server"; }
  sdk::Status connect(const std::string&) override { return {}; }
  bool is_connected() override { return true; }
  void disconnect() override {}
  sdk::OffsetStoreAbilities abilities() override { return {}; }
  std::string place() override { return "here"; }
  sdk::Status take_over(std::int32_t, std::int32_t, Content&) override { return {}; }
  void resign(std::int32_t) override {}
  void write(std::span<OwnedWrite* const> writes) override {
    let_.acquire();
    for (OwnedWrite* write : writes) write->outcome = {};
  }
  void interrupt() noexcept override { let_.release(); }

 private:
  std::counting_semaphore<>& let_;
};

class Store final : public WorkerStore {
 public:
  using WorkerStore::WorkerStore;
};

// Whoever wrote the second one did not know that the first would not be kept.
TEST(WorkerStore, BehindAWriteWithoutRoomNoneOfItsGroupIsKeptUntilItIsTold) {
  std::counting_semaphore<> let(0);
  testing::LoopHost host;
  Store store(host, std::make_unique<SlowServer>(let), {.queue_bytes = 100});
  std::list<testing::Ending> endings;
  const auto await = [&](testing::Ending& ending) {
    EXPECT_TRUE(host.run_until([&] { return ending.count != 0; }));
    return ending.code;
  };
  const auto write = [&](const std::string& group, std::size_t size) -> testing::Ending& {
    const std::string value(size, 'v');
    const sdk::GroupRecord record{sdk::Bytes(std::string_view("k")), sdk::Bytes(value), true};
    sdk::GroupWrite one;
    one.group = group;
    one.records = &record;
    one.record_count = 1;
    testing::Ending& ending = endings.emplace_back();
    if (sdk::Status status = store.write(one, ending); !status) ending.done(std::move(status));
    return ending;
  };
  testing::Ending& started = endings.emplace_back();
  ASSERT_TRUE(store.start({}, started));
  ASSERT_EQ(await(started), sdk::Code::kOk);
  testing::Ending& kept = write("h", 60);
  testing::Ending& refused = write("g", 80);
  testing::Ending& behind = write("g", 10);
  testing::Ending& other = write("h", 10);
  EXPECT_EQ(await(refused), sdk::Code::kUnavailable);
  EXPECT_EQ(await(behind), sdk::Code::kUnavailable);
  testing::Ending& later = write("g", 10);
  let.release(8);
  for (testing::Ending* one : {&kept, &other, &later}) EXPECT_EQ(await(*one), sdk::Code::kOk) << one->message;
}

}  // namespace
}  // namespace barnabas::offset_store
