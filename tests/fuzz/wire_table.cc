#include "fuzz/wire_table.h"

#include <fmt/format.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>

#include "fuzz/any_request.h"
#include "fuzz/lying_writer.h"
#include "fuzz/wire_peer.h"
#include "fuzz/wire_rows.h"
#include "kernel/base/arena.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/18_api_versions.h"
#include "kernel/wire/messages/headers.h"
#include "kernel/wire/registry.h"

namespace barnabas::fuzz {
namespace {

using Came = WirePeer::Came;
using Octets = std::vector<std::uint8_t>;

constexpr int kPatienceMs = 20'000;
constexpr std::int16_t kApiVersions = 18;
constexpr std::int16_t kProduce = 0;
constexpr std::int16_t kFirstServedProduce = 3;  // listed from 0 on, for librdkafka
constexpr int kThreads = 4;

Octets header_of(std::int16_t key, int version) {
  wire::RequestHeader header;
  header.request_api_key = key;
  header.request_api_version = static_cast<std::int16_t>(version);
  header.correlation_id = 7;
  header.client_id = std::string_view("table");
  wire::Buffer buffer;
  static_cast<void>(wire::encode(header, wire::request_header_version(static_cast<wire::ApiKey>(key), version), buffer).ok());
  return {buffer.bytes().begin(), buffer.bytes().end()};
}

Octets joined(const Octets& a, const Octets& b) {
  Octets both = a;
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

// One API in one version.
class Row {
 public:
  Row(std::uint16_t port, std::int16_t key, int version) : port_(port), key_(key), version_(version) {}

  void run() {
    const wire::Message& message = *wire::find_message(wire::Family::kRequest, key_);
    const Octets header = header_of(key_, version_);
    LyingWriter writer(message, version_);
    const Octets truth = writer.truth();
    expect(Came::kAnswer, joined(header, truth), "the true request");
    for (std::size_t size = 0; size < header.size(); ++size)
      expect(Came::kClosed, {header.begin(), header.begin() + static_cast<std::ptrdiff_t>(size)}, fmt::format("a header cut at {}", size));
    for (std::size_t size = 0; size < truth.size(); ++size)
      expect(Came::kClosed, joined(header, {truth.begin(), truth.begin() + static_cast<std::ptrdiff_t>(size)}),
             fmt::format("a body cut at {}", size));
    expect(Came::kAnswer, joined(joined(header, truth), {0}), "an octet behind the end");
    for (std::size_t place = 0;; ++place) {
      for (std::size_t lie = 0;; ++lie) {
        const Octets& lying = writer.with_lie(place, lie);
        if (lying.empty()) break;
        expect(Came::kClosed, joined(header, lying), fmt::format("lie {} about {}", lie, writer.what()));
      }
      if (writer.no_place()) return;
    }
  }
  // A version that is not listed.
  void run_unserved() { expect(Came::kClosed, joined(header_of(key_, version_), Octets(20)), "a version that is not served"); }

  int passed = 0;
  int failed = 0;

 private:
  void expect(Came expected, const Octets& frame, const std::string& what) {
    WirePeer peer(port_);
    peer.send(with_length(frame));
    Octets answer;
    const Came came = peer.receive(answer, kPatienceMs);
    if (came == Came::kAnswer) peer.reset();
    ++(came == expected ? passed : failed);
    static constexpr const char* kCame[] = {"is answered", "ends the connection", "is waited with"};
    if (came != expected) fmt::print("api key {} version {}: {} {}\n", key_, version_, what, kCame[static_cast<int>(came)]);
  }

  const std::uint16_t port_;
  const std::int16_t key_;
  const int version_;
};

// Which versions are served, by key; empty when the broker does not say.
std::map<std::int16_t, wire::Range> listed(std::uint16_t port) {
  std::map<std::int16_t, wire::Range> ranges;
  WirePeer peer(port);
  peer.send(with_length(header_of(kApiVersions, 0)));
  Octets answer;
  if (peer.receive(answer, kPatienceMs) != Came::kAnswer || answer.size() < 4) return ranges;
  base::Arena arena;
  wire::ApiVersionsResponse response;
  if (!wire::decode(sdk::Bytes(answer).slice(4), 0, arena, response).ok()) return ranges;
  for (const auto& api : response.api_keys) ranges[api.api_key] = {api.min_version, api.max_version};
  if (const auto produce = ranges.find(kProduce); produce != ranges.end()) produce->second.first = kFirstServedProduce;
  return ranges;
}

}  // namespace

int lie_in_every_place(std::uint16_t port, const std::vector<std::int16_t>& keys) {
  auto ranges = listed(port);
  if (ranges.empty()) {
    fmt::print("the broker does not say what it serves\n0 passed, 1 failed\n");
    return 1;
  }
  for (const std::int16_t key : keys)
    if (const wire::ApiInfo* api = wire::find_api(key)) ranges.try_emplace(key, api->known);
  struct Task {
    Row row;
    bool served;
  };
  std::vector<Task> tasks;
  for (const auto& [key, range] : ranges) {
    for (int version = range.first; version <= range.last; ++version) tasks.push_back({Row(port, key, version), true});
    if (key == kApiVersions) continue;  // what it does is told in bad_input_scenario.py
    for (const int version : {-1, range.first - 1, range.last + 1, INT16_MAX}) tasks.push_back({Row(port, key, version), false});
  }
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&] {
      for (std::size_t at = next++; at < tasks.size(); at = next++) tasks[at].served ? tasks[at].row.run() : tasks[at].row.run_unserved();
    });
  for (std::thread& thread : threads) thread.join();
  const Tally rows = ask_every_row(port);
  const Tally much = ask_too_much(port);
  int passed = rows.passed + much.passed;
  int failed = rows.failed + much.failed;
  for (const Task& task : tasks) passed += task.row.passed, failed += task.row.failed;
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace barnabas::fuzz
