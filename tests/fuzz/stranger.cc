#include "fuzz/stranger.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/require.h"

namespace barnabas::fuzz {
namespace {

constexpr std::size_t kInputsPerLife = 2000;
constexpr std::size_t kLifeBytes = 32 << 20;
constexpr std::int64_t kPatienceNs = 60'000'000'000;
constexpr std::size_t kLengthBytes = 4;
constexpr char kDeployment[] =
    "node: {id: 1}\n"
    "allow_insecure: true\n"
    "listeners: [{name: PLAINTEXT, address: '10.0.0.1:9092'}]\n"
    "storage: {use: memory}\n"
    "metadata: {use: memory}\n"
    "kafka: {group.initial.rebalance.delay.ms: 0, offsets.topic.num.partitions: 2, num.partitions: 2, group.min.session.timeout.ms: 1}\n";

// As little as can be happens between two inputs: what matters is what the broker does with them.
sim::SimRules quick() {
  sim::SimRules rules;
  rules.latency_min_ns = rules.latency_max_ns = 1'000;
  rules.chunk_bytes_max = 0;
  rules.task_cost_max_ns = 0;
  rules.offload_cost_max_ns = 1'000;
  rules.window_bytes = 64 << 20;
  return rules;
}

std::size_t length_at(const std::uint8_t* at) {
  return std::size_t{at[0]} << 24 | std::size_t{at[1]} << 16 | std::size_t{at[2]} << 8 | at[3];
}

}  // namespace

// What is known of a connection, also when it has ended.
struct Stranger::Connection {
  base::Stream* stream = nullptr;
  bool closed = false;
  std::vector<std::vector<std::uint8_t>> answers;
};

// Takes answers apart, and hears of the end. The loop owns it.
class Stranger::Handler final : public base::StreamHandler {
 public:
  explicit Handler(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

  void on_open(base::Stream& stream) override { connection_->stream = &stream; }
  void on_received(sdk::Bytes octets) override {
    pending_.insert(pending_.end(), octets.begin(), octets.end());
    std::size_t at = 0;
    while (pending_.size() - at >= kLengthBytes && pending_.size() - at - kLengthBytes >= length_at(pending_.data() + at)) {
      const std::uint8_t* frame = pending_.data() + at + kLengthBytes;
      const std::size_t size = length_at(pending_.data() + at);
      connection_->answers.emplace_back(frame, frame + size);
      at += kLengthBytes + size;
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void on_closed(const Status&) override { connection_->stream = nullptr, connection_->closed = true; }

 private:
  std::shared_ptr<Connection> connection_;
  std::vector<std::uint8_t> pending_;
};

// The inputs of a life, each with its length before it, in memory that the file shares.
class Stranger::LifeFile {
 public:
  explicit LifeFile(const std::string& name) {
    const std::filesystem::path folder = BARNABAS_BINARY_DIR "/lives";
    std::filesystem::create_directories(folder);
    path_ = folder / (name + "." + std::to_string(getpid()));
    const int file = open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644);
    require(file >= 0 && ftruncate(file, kLifeBytes) == 0, "there is no file for the inputs of a life");
    at_ = static_cast<std::uint8_t*>(mmap(nullptr, kLifeBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    require(at_ != MAP_FAILED, "the file for the inputs of a life cannot be mapped");
    close(file);
  }
  ~LifeFile() {
    munmap(at_, kLifeBytes);
    std::filesystem::remove(path_);
  }
  void clear() {
    if (size_ != 0) std::memset(at_, 0, size_);
    size_ = 0;
  }
  // False: there is no room.
  bool add(const std::uint8_t* data, std::size_t size) {
    if (size_ + 2 * kLengthBytes + size > kLifeBytes) return false;
    for (std::size_t i = 0; i < kLengthBytes; ++i) at_[size_ + i] = static_cast<std::uint8_t>((size + 1) >> (24 - 8 * i));  // 0: the end
    if (size != 0) std::memcpy(at_ + size_ + kLengthBytes, data, size);
    size_ += kLengthBytes + size;
    return true;
  }

 private:
  std::filesystem::path path_;
  std::uint8_t* at_ = nullptr;
  std::size_t size_ = 0;
};

struct Stranger::World {
  World() : world(1, quick()), broker(world, broker_disk, kDeployment), client(world, "stranger", client_disk, {.host = "10.0.0.2"}) {
    require(broker.start(), broker.failure().c_str());
  }
  ~World() { client.end(); }
  sim::SimLoop& loop() { return static_cast<sim::SimLoop&>(client.loop(0)); }

  testing::SimulatedDisk broker_disk{1};
  testing::SimulatedDisk client_disk{2};
  sim::SimWorld world;
  sim::SimBroker broker;
  sim::SimEnv client;
};

Stranger::Stranger(std::string name) : name_(std::move(name)), life_(std::make_unique<LifeFile>(name_)) { renew(); }

Stranger::~Stranger() = default;

void Stranger::renew() {
  world_.reset();
  life_->clear();
  inputs_ = 0;
  memory_ = std::make_unique<Memory>();
  world_ = std::make_unique<World>();
}

void Stranger::begin(const std::uint8_t* data, std::size_t size) {
  if (++inputs_ > kInputsPerLife || !life_->add(data, size)) {
    renew();
    require(life_->add(data, size), "an input is too large for its file");
  }
  connect();
}

void Stranger::connect() {
  connection_ = std::make_shared<Connection>();
  world_->world.run_on(world_->loop(), [&] { world_->loop().connect({"10.0.0.1", 9092}, std::make_unique<Handler>(connection_)); });
  require(
      world_->world.run_until([&] { return connection_->stream != nullptr || connection_->closed; }, kPatienceNs) && !connection_->closed,
      "the broker takes no connection");
}

void Stranger::send(std::vector<std::uint8_t> octets) {
  if (octets.empty()) return;
  world_->world.run_on(world_->loop(), [&] {
    if (connection_->stream == nullptr) return;
    base::Output output;
    output.add(std::move(octets));
    connection_->stream->send(std::move(output));
  });
}

bool Stranger::wait_for(std::size_t answers, std::int64_t limit_ns) {
  return world_->world.run_until([&] { return connection_->closed || connection_->answers.size() >= answers; }, limit_ns);
}

void Stranger::pass(std::int64_t ns) { world_->world.run_for(ns); }

bool Stranger::closed() const { return connection_->closed; }

const std::vector<std::vector<std::uint8_t>>& Stranger::answers() const { return connection_->answers; }

void Stranger::end() {
  world_->world.run_on(world_->loop(), [&] {
    if (connection_->stream != nullptr) connection_->stream->close();
  });
  world_->world.run_for(100'000);
  require(world_->broker.serves(), world_->broker.failure().c_str());
}

void replay(int count, char** arguments, int (*run)(const std::uint8_t* data, std::size_t size)) {
  if (count != 3 || std::strcmp(arguments[1], "--replay") != 0) return;
  std::ifstream file(arguments[2], std::ios::binary);
  const std::vector<char> octets{std::istreambuf_iterator<char>(file), {}};
  const auto* data = reinterpret_cast<const std::uint8_t*>(octets.data());
  std::size_t at = 0;
  std::size_t inputs = 0;
  for (; at + kLengthBytes <= octets.size() && length_at(data + at) != 0; ++inputs) {
    const std::size_t size = length_at(data + at) - 1;
    require(size <= octets.size() - at - kLengthBytes, "this is not the file of a life");
    run(data + at + kLengthBytes, size);
    at += kLengthBytes + size;
  }
  std::printf("%zu inputs of %s passed\n", inputs, arguments[2]);
  std::exit(0);
}

}  // namespace barnabas::fuzz
