#include "kernel/base/task.h"
#include "kernel/io/loopback.h"
#include "kernel/io/real_env.h"
#include "kernel/io/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::io {
namespace {

using StreamTest = LoopbackTest;

TEST_F(StreamTest, WhatIsSentComesBack) {
  listen_echo();
  std::string back;
  connect([&](Script& client) {
    client.opened = [](Stream& stream) { stream.send(output_of({'h', 'o'})); };
    client.received = [&](Stream& stream, sdk::Bytes octets) {
      back.append(octets.begin(), octets.end());
      if (back.size() == 2) stream.close();
    };
    client.closed = [&](const Status& reason) {
      EXPECT_TRUE(reason.ok());
      env_->stop();
    };
  });
  env_->run();
  EXPECT_EQ(back, "ho");
}

// More than the sockets hold: it goes out in parts, in order, while the answer comes in.
TEST_F(StreamTest, MuchDataArrivesWholeAndInOrder) {
  listen_echo();
  const auto sent = pattern(24 << 20);
  std::vector<std::uint8_t> back;
  bool drained = false;
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) {
      stream.send(output_of(sent));
      EXPECT_GT(stream.unsent_bytes(), 0u);
    };
    client.drained = [&](Stream& stream) {
      drained = true;
      EXPECT_EQ(stream.unsent_bytes(), 0u);
    };
    client.received = [&](Stream&, sdk::Bytes octets) {
      back.insert(back.end(), octets.begin(), octets.end());
      if (back.size() == sent.size()) env_->stop();
    };
  });
  env_->run();
  EXPECT_TRUE(drained);
  EXPECT_TRUE(back == sent);
}

struct Released {
  int count = 0;
  static void release(void* owner, void*) noexcept { ++static_cast<Released*>(owner)->count; }
};

// Hides its descriptor, as a file on a storage without one does.
class NoDescriptor final : public sdk::File {
 public:
  explicit NoDescriptor(sdk::File& file) : file_(file) {}
  sdk::Status read_at(std::uint64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override {
    return file_.read_at(offset, into, count);
  }
  sdk::Status write_at(std::uint64_t, const sdk::Bytes*, std::size_t) noexcept override { return {}; }
  sdk::Status sync(bool) noexcept override { return {}; }
  sdk::Status truncate(std::uint64_t) noexcept override { return {}; }
  sdk::Status reserve(std::uint64_t, std::uint64_t) noexcept override { return {}; }
  sdk::Status size(std::uint64_t& size) noexcept override { return file_.size(size); }

 private:
  sdk::File& file_;
};

TEST_F(StreamTest, ALeaseGoesOutBetweenMemoryAndIsReleasedOnce) {
  const TemporaryDirectory directory;
  const auto content = pattern(3 << 20);
  sdk::File* file = nullptr;
  ASSERT_TRUE(env_->disk().open(directory.file("segment"), sdk::OpenMode::kCreate, file).ok());
  const sdk::Bytes all(content);
  ASSERT_TRUE(file->write_at(0, &all, 1).ok());
  NoDescriptor hidden(*file);
  Released released;

  sdk::Lease lease;
  lease.regions[0].size = 0;  // nothing, in front and behind, disturbs nobody
  lease.regions[1] = {{}, file, 1000, 2'000'000};
  lease.regions[2] = {{content.data(), 500}, nullptr, 0, 500};
  lease.regions[3] = {{}, &hidden, 7, 300'000};
  lease.regions[4].size = 0;
  lease.region_count = 5;
  lease.size = 2'300'500;
  lease.release = &Released::release;
  lease.owner = &released;

  std::vector<std::uint8_t> expected = {'h'};
  expected.insert(expected.end(), content.begin() + 1000, content.begin() + 2'001'000);
  expected.insert(expected.end(), content.begin(), content.begin() + 500);
  expected.insert(expected.end(), content.begin() + 7, content.begin() + 300'007);
  expected.push_back('t');

  std::vector<std::uint8_t> got;
  listen([&](Script& server) {
    server.opened = [&](Stream& stream) {
      Output output = output_of({'h'});
      output.add(lease);
      output.add({'t'});
      stream.send(std::move(output));
      stream.close(true);
    };
  });
  connect([&](Script& client) {
    client.received = [&](Stream&, sdk::Bytes octets) { got.insert(got.end(), octets.begin(), octets.end()); };
    client.closed = [&](const Status& reason) {
      EXPECT_TRUE(reason.ok()) << message_of(reason);
      env_->stop();
    };
  });
  env_->run();
  EXPECT_TRUE(got == expected);
  EXPECT_EQ(released.count, 1);
  env_->disk().close(file);
}

TEST_F(StreamTest, AFileCutUnderItsLeaseEndsTheConnection) {
  const TemporaryDirectory directory;
  sdk::File* file = nullptr;
  ASSERT_TRUE(env_->disk().open(directory.file("cut"), sdk::OpenMode::kCreate, file).ok());
  listen([&](Script& server) {
    server.opened = [&](Stream& stream) {
      sdk::Lease lease;
      lease.regions[0] = {{}, file, 0, 10};
      lease.region_count = 1;
      lease.size = 10;
      Output output;
      output.add(lease);
      stream.send(std::move(output));
    };
    server.closed = [&](const Status& reason) {
      EXPECT_EQ(reason.code(), Code::kIo);
      env_->stop();
    };
  });
  connect([](Script&) {});
  env_->run();
  env_->disk().close(file);
}

TEST_F(StreamTest, APausedConnectionReceivesNothingUntilItResumes) {
  Stream* server_stream = nullptr;
  bool paused = true;
  listen([&](Script& server) {
    server.opened = [&](Stream& stream) {
      server_stream = &stream;
      stream.pause();
    };
    server.received = [&](Stream& stream, sdk::Bytes octets) {
      EXPECT_FALSE(paused);
      stream.send(output_of({octets.begin(), octets.end()}));
    };
  });
  // An echo over a second connection gives the first one's octets every chance to arrive.
  base::Timer later(env_->loop(0), [&] {
    paused = false;
    server_stream->resume();
  });
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) {
      stream.send(output_of({'x'}));
      later.start(30'000'000);
    };
    client.received = [&](Stream&, sdk::Bytes octets) {
      EXPECT_EQ(octets.size, 1u);
      env_->stop();
    };
  });
  env_->run();
  EXPECT_FALSE(paused);
}

TEST_F(StreamTest, AHandlersOwnMemoryIsFilledInPlace) {
  const auto sent = pattern(100'000);
  std::vector<std::uint8_t> own(sent.size());
  std::size_t filled = 0;
  struct Placing : Script {
    std::function<sdk::MutableBytes()> into;
    sdk::MutableBytes receive_into(sdk::MutableBytes) override { return into(); }
  };
  auto listener = env_->listen({"127.0.0.1", 0}, [&](base::Loop&, const Address&) {
    auto server = std::make_unique<Placing>();
    server->into = [&] { return sdk::MutableBytes{own.data() + filled, own.size() - filled}; };
    server->received = [&](Stream&, sdk::Bytes octets) {
      EXPECT_EQ(octets.data, own.data() + filled);
      filled += octets.size;
      if (filled == own.size()) env_->stop();
    };
    return server;
  });
  ASSERT_TRUE(listener.ok());
  listener_ = *std::move(listener);
  connect([&](Script& client) { client.opened = [&](Stream& stream) { stream.send(output_of(sent)); }; });
  env_->run();
  EXPECT_TRUE(own == sent);
}

TEST_F(StreamTest, ConnectingToNobodySaysSoInALaterTurn) {
  listen([](Script&) {});
  const Address nobody = listener_->address();
  listener_.reset();
  bool inside = true;
  auto client = std::make_unique<Script>();
  client->closed = [&](const Status& reason) {
    EXPECT_FALSE(inside);
    EXPECT_EQ(reason.code(), Code::kUnavailable);
    EXPECT_EQ(message_of(reason), "cannot connect to " + to_string(nobody) + ": Connection refused");
    env_->stop();
  };
  env_->loop(0).connect(nobody, std::move(client));
  inside = false;
  env_->run();
}

TEST_F(StreamTest, NamesAreLookedUp) {
  listen_echo();
  auto client = std::make_unique<Script>();
  bool opened = false;
  client->opened = [&](Stream& stream) {
    opened = true;
    EXPECT_EQ(stream.peer().host, "localhost");
    env_->stop();
  };
  env_->loop(0).connect({"localhost", listener_->address().port}, std::move(client));
  env_->run();
  EXPECT_TRUE(opened);
}

TEST_F(StreamTest, ANameThatIsNoneIsRefused) {
  auto client = std::make_unique<Script>();
  std::string said;
  client->closed = [&](const Status& reason) {
    said = message_of(reason);
    env_->stop();
  };
  env_->loop(0).connect({"no.such.host.invalid", 1}, std::move(client));
  env_->run();
  EXPECT_NE(said.find("no.such.host.invalid"), std::string::npos) << said;
}

TEST_F(StreamTest, StoppingClosesWhatIsOpen) {
  std::vector<std::string> ends;
  listen([&](Script& server) {
    server.received = [&](Stream&, sdk::Bytes) { env_->stop(); };
    server.closed = [&](const Status&) { ends.emplace_back("server"); };
  });
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) { stream.send(output_of({'x'})); };
    client.closed = [&](const Status&) { ends.emplace_back("client"); };
  });
  env_->run();
  EXPECT_THAT(ends, testing::UnorderedElementsAre("server", "client"));
}

}  // namespace
}  // namespace barnabas::io
