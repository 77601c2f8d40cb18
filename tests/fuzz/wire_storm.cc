// Sends a running broker what clients should not: wire_storm PORT [--requests N] [--seed S] [--threads T] [--keys K,K,…], and with --table
// every lie about a length in every API and version (wire_table.h).
//
// Each thread goes from connection to connection. A valid request, however odd, must be answered in its version or end its connection;
// after a damaged one the connection goes on or ends; what comes at once is answered in order. What breaks that is written down, with the
// seed that does it again; the last line counts.
#include <fmt/format.h>

#include <barnabas/sdk/split_mix.h>
#include <atomic>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>

#include "fuzz/any_request.h"
#include "fuzz/wire_peer.h"
#include "fuzz/wire_table.h"

namespace barnabas::fuzz {
namespace {

using Came = WirePeer::Came;

constexpr int kPatienceMs = 30'000;      // for what must be answered
constexpr int kDamagedPatienceMs = 200;  // what was damaged may be another request, one that waits as long as it says
constexpr std::int32_t kSentinel = 0x5eed'0000;
constexpr std::size_t kChoices = 600;
constexpr std::string_view kSpared = "honest";  // somebody else's: never asked about

struct Options {
  std::uint16_t port = 0;
  std::int64_t requests = 100'000;
  std::uint64_t seed = 1;
  int threads = 8;
  bool table = false;
  std::vector<std::int16_t> keys;
};

struct Counts {
  std::atomic<std::int64_t> begun{0}, sent{0}, answered{0}, closed{0}, silent{0}, broken{0};
};

class Storm {
 public:
  Storm(const Options& options, Counts& counts, std::uint64_t seed) : options_(options), counts_(counts), seed_(seed), dice_(seed) {}

  void run() {
    while (counts_.begun.fetch_add(0) < options_.requests && counts_.broken == 0) connection();
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return dice_.next() % bound; }

  void connection() {
    WirePeer peer(options_.port);
    if (peer.ended()) return broken("the broker takes no connection");
    for (std::uint64_t left = 1 + below(20); left != 0 && !peer.ended() && counts_.broken == 0; --left) {
      ++counts_.begun;
      const std::uint64_t what = below(100);
      if (what < 60) {
        valid(peer);
      } else if (what < 82) {
        damaged(peer);
      } else if (what < 90) {
        burst(peer);
      } else if (what < 95) {
        lie_about_length(peer);
      } else if (what < 98) {
        in_pieces(peer);
      } else {
        send(with_length(make(1).frame), peer, below(64));
        return peer.reset();
      }
    }
  }

  AnyRequest make(std::int32_t correlation_id) {
    AnyRequest request;
    while (request.frame.empty()) {
      choices_.resize(kChoices);
      for (std::uint8_t& choice : choices_) choice = static_cast<std::uint8_t>(dice_.next() >> 32);
      Pieces pieces(choices_.data(), choices_.size());
      request = any_request(pieces, correlation_id, memory_, options_.keys);
    }
    ++counts_.sent;
    return request;
  }
  static void send(const std::vector<std::uint8_t>& octets, WirePeer& peer, std::uint64_t most = UINT64_MAX) {
    peer.send(octets.data(), std::min<std::size_t>(octets.size(), most));
  }
  // ApiVersions v0: its answer says that all before it has been read.
  static void send_sentinel(WirePeer& peer, std::int32_t id) {
    std::vector<std::uint8_t> frame{0, 18, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    for (std::size_t i = 0; i < 4; ++i) frame[4 + i] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(id) >> (24 - 8 * i));
    peer.send(with_length(frame));
  }

  // One answer to `request`, or the end of its connection.
  void expect(WirePeer& peer, const AnyRequest& request, std::int32_t correlation_id) {
    std::vector<std::uint8_t> answer;
    switch (peer.receive(answer, kPatienceMs)) {
      case Came::kNothing:
        return broken(fmt::format("version {} of api key {} is neither answered nor ends its connection", request.version,
                                  static_cast<int>(request.key)));
      case Came::kClosed:
        ++counts_.closed;
        return;
      case Came::kAnswer:
        ++counts_.answered;
        if (correlation_of(answer) != correlation_id) return broken("an answer is that of another request");
        if (!learn(memory_, request, sdk::Bytes(answer)))
          return broken(fmt::format("an answer is none of version {} of api key {}", request.version, static_cast<int>(request.key)));
    }
  }

  void valid(WirePeer& peer) {
    const AnyRequest request = make(++last_id_);
    peer.send(with_length(request.frame));
    if (request.wants_answer) expect(peer, request, last_id_);
  }

  void damaged(WirePeer& peer) {
    AnyRequest request = make(++last_id_);
    damage_it(request.frame);
    peer.send(with_length(request.frame));
    wait_for_sentinel(peer);
  }
  void damage_it(std::vector<std::uint8_t>& frame) {
    std::uint8_t octets[32];
    for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(dice_.next() >> 32);
    Pieces choices(octets, sizeof octets);
    for (std::uint64_t times = 1 + below(3); times != 0; --times) damage(frame, choices);
  }
  // Answers of whatever came before it are passed over. A request that was damaged may wait for long: then this connection ends.
  void wait_for_sentinel(WirePeer& peer) {
    const std::int32_t id = kSentinel + static_cast<std::int32_t>(below(1 << 16));
    send_sentinel(peer, id);
    std::vector<std::uint8_t> answer;
    Came came = Came::kAnswer;
    for (int answers = 0; answers < 3 && came == Came::kAnswer; ++answers) {
      came = peer.receive(answer, kDamagedPatienceMs);
      if (came == Came::kAnswer && correlation_of(answer) == id) {
        ++counts_.answered;
        return;
      }
    }
    if (came == Came::kAnswer) return broken("a damaged request has several answers");
    ++(came == Came::kClosed ? counts_.closed : counts_.silent);
    peer.reset();
  }

  void burst(WirePeer& peer) {
    std::vector<AnyRequest> requests;
    std::vector<std::uint8_t> octets;
    const std::int32_t first = last_id_ + 1;
    for (std::uint64_t count = 2 + below(8); count != 0; --count) {
      requests.push_back(make(++last_id_));
      const auto frame = with_length(requests.back().frame);
      octets.insert(octets.end(), frame.begin(), frame.end());
    }
    peer.send(octets);
    for (std::size_t i = 0; i < requests.size() && !peer.ended() && counts_.broken == 0; ++i)
      if (requests[i].wants_answer) expect(peer, requests[i], first + static_cast<std::int32_t>(i));
  }

  void lie_about_length(WirePeer& peer) {
    std::vector<std::uint8_t> octets = with_length(make(++last_id_).frame);
    static constexpr std::uint32_t kLies[] = {0xffff'ffff, 0x8000'0000, 0x7fff'ffff, 0x1503'0100, 100'000'000, 70'000, 3, 0};
    const std::uint32_t lie = kLies[below(std::size(kLies))];
    for (std::size_t i = 0; i < 4; ++i) octets[i] = static_cast<std::uint8_t>(lie >> (24 - 8 * i));
    peer.send(octets);
    peer.finish();
    std::vector<std::uint8_t> answer;
    Came came = Came::kAnswer;
    while (came == Came::kAnswer) came = peer.receive(answer, kPatienceMs);
    if (came == Came::kNothing) return broken(fmt::format("a frame that announces {} octets does not end its connection", lie));
    ++counts_.closed;
  }

  void in_pieces(WirePeer& peer) {
    const AnyRequest request = make(++last_id_);
    const std::vector<std::uint8_t> octets = with_length(request.frame);
    for (std::size_t at = 0; at < octets.size();) {
      const std::size_t size = std::min<std::size_t>(octets.size() - at, 1 + below(40));
      peer.send(octets.data() + at, size);
      at += size;
    }
    if (request.wants_answer) expect(peer, request, last_id_);
  }

  void broken(const std::string& what) {
    if (counts_.broken.fetch_add(1) == 0) fmt::print(stderr, "broken: {} (seed {})\n", what, seed_);
  }

  const Options& options_;
  Counts& counts_;
  const std::uint64_t seed_;
  sdk::SplitMix dice_;
  Memory memory_{kSpared};
  std::vector<std::uint8_t> choices_;
  std::int32_t last_id_ = 0;
};

int storm(const Options& options) {
  Counts counts;
  std::vector<std::thread> threads;
  for (int i = 0; i < options.threads; ++i)
    threads.emplace_back([&, i] { Storm(options, counts, options.seed * 1000 + static_cast<std::uint64_t>(i)).run(); });
  for (std::thread& thread : threads) thread.join();
  fmt::print("{} requests: {} answered, {} ended their connection, {} damaged ones went on waiting, {} broken\n", counts.sent.load(),
             counts.answered.load(), counts.closed.load(), counts.silent.load(), counts.broken.load());
  return counts.broken == 0 ? 0 : 1;
}

bool parse(int count, char** words, Options& options) {
  if (count < 2) return false;
  options.port = static_cast<std::uint16_t>(std::atoi(words[1]));
  for (int i = 2; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--table") {
      options.table = true;
      continue;
    }
    if (++i == count) return false;
    if (word == "--requests") options.requests = std::atoll(words[i]);
    if (word == "--seed") options.seed = std::strtoull(words[i], nullptr, 10);
    if (word == "--threads") options.threads = std::atoi(words[i]);
    if (word == "--keys")
      for (const char* at = words[i]; at != nullptr && *at != '\0';
           at = std::strchr(at, ',') == nullptr ? nullptr : std::strchr(at, ',') + 1)
        options.keys.push_back(static_cast<std::int16_t>(std::atoi(at)));
  }
  return true;
}

}  // namespace
}  // namespace barnabas::fuzz

int main(int count, char** words) {
  barnabas::fuzz::Options options;
  if (!barnabas::fuzz::parse(count, words, options)) {
    fmt::print(stderr, "usage: wire_storm PORT [--requests N] [--seed S] [--threads T] [--keys K,…] | PORT --table [--keys K,…]\n");
    return 2;
  }
  return options.table ? barnabas::fuzz::lie_in_every_place(options.port, options.keys) : barnabas::fuzz::storm(options);
}
