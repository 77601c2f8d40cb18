// Codecs that are wrong on purpose: each breaks one rule, and the kit says which and how.
#include <barnabas/testing/codec_rules.h>
#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <stdexcept>
#include <thread>

namespace barnabas::testing {
namespace {

enum class Fault {
  kNone,
  kForeignAttribute,
  kLosesTheEnd,
  kWritesBehindTheWindow,
  kForgetsPieces,
  kPadsWhatWasCut,
  kNeverEnds,
  kSaysNothing,
  kHoards,
  kOneThread,
  kIgnoresTheSink,
  kThrows,
};

struct Id {
  static constexpr sdk::Text text() { return "runs"; }
};

// Runs of one octet: how many (4 octets) and which; a run of none is the end.
template <Fault kFault>
class Runs {
 public:
  using Options = sdk::NoOptions;
  Runs(sdk::Host&, const Options&) {}

  std::int8_t attribute() { return kFault == Fault::kForeignAttribute ? 9 : 1; }

  sdk::Status compress(const sdk::Bytes* pieces, std::size_t piece_count, std::int32_t, int, sdk::Sink& to) {
    if (kFault == Fault::kThrows) throw std::runtime_error("no idea");
    if (kFault == Fault::kOneThread && std::this_thread::get_id() != owner_) return sdk::Status::internal("not my thread");
    Octets out;
    for (std::size_t i = 0; i < (kFault == Fault::kForgetsPieces ? std::min<std::size_t>(piece_count, 1) : piece_count); ++i)
      for (std::size_t at = 0; at < pieces[i].size;) {
        std::uint32_t run = 0;
        const std::uint8_t octet = pieces[i][at];
        for (; at < pieces[i].size && pieces[i][at] == octet; ++at) ++run;
        put(out, run, octet);
      }
    put(out, 0, 0);
    if (kFault == Fault::kLosesTheEnd && out.size() > 10'000) out.erase(out.end() - 10, out.end() - 5);
    const std::size_t half = out.size() / 2;
    sdk::Status status = to.append({out.data(), half});
    if (!status.ok() && kFault != Fault::kIgnoresTheSink) return status;
    return to.append({out.data() + half, out.size() - half});
  }

  class Stream {
   public:
    explicit Stream(Runs&) {}
    sdk::Status start(sdk::Bytes input, int) {
      rest_ = input;
      left_ = 0;
      ended_ = false;
      return {};
    }
    sdk::Status read(sdk::MutableBytes into, std::size_t& count) {
      if (kFault == Fault::kWritesBehindTheWindow && into.size == 1) into.data[1] = 'x';
      for (count = 0; count < into.size && !ended_;) {
        if (left_ == 0)
          if (sdk::Status status = next(); !status) return status;
        const std::size_t part = std::min<std::size_t>(left_, into.size - count);
        std::memset(into.data + count, octet_, part);
        count += part;
        left_ -= static_cast<std::uint32_t>(part);
      }
      constexpr std::size_t kHoard = 64 << 20;
      if (kFault == Fault::kHoards && hoard_.size() < kHoard) hoard_.insert(hoard_.end(), into.data, into.data + count);
      return {};
    }

   private:
    sdk::Status next() {
      if (rest_.size < 5) {
        if (kFault == Fault::kSaysNothing) return sdk::Status::corrupt("");
        if (kFault == Fault::kPadsWhatWasCut) return left_ = 200'000, octet_ = '?', rest_ = kEnd, sdk::Status();
        return sdk::Status::corrupt("the runs end too early");
      }
      std::memcpy(&left_, rest_.data, 4);
      octet_ = rest_[4];
      rest_ = rest_.slice(5);
      ended_ = left_ == 0;
      if (left_ > kLongest && kFault != Fault::kNeverEnds) return sdk::Status::corrupt("a run is longer than a run may be");
      if (left_ > kLongest) rest_ = {}, left_ = ~0u;
      return {};
    }

    static constexpr std::uint32_t kLongest = 2 << 20;
    static constexpr std::uint8_t kEndOctets[5] = {};
    static constexpr sdk::Bytes kEnd{kEndOctets, 5};
    sdk::Bytes rest_;
    std::uint32_t left_ = 0;
    std::uint8_t octet_ = 0;
    bool ended_ = true;
    Octets hoard_;
  };

 private:
  static void put(Octets& out, std::uint32_t run, std::uint8_t octet) {
    std::uint8_t bytes[5];
    std::memcpy(bytes, &run, 4);
    bytes[4] = octet;
    out.insert(out.end(), bytes, bytes + 5);
  }
  std::thread::id owner_ = std::this_thread::get_id();
};

// Only the named rule, or all.
struct Kept final : RuleSink {
  explicit Kept(std::string only) : only(std::move(only)) {}
  bool begin(std::string_view rule) override { return only.empty() || rule == only; }
  void report(std::string_view rule, const std::string& why) override { rules[std::string(rule)] = why; }
  std::string only;
  std::map<std::string, std::string> rules;
};

template <Fault kFault>
std::map<std::string, std::string> checked(const std::string& rule = "") {
  ManualHost host;
  sdk::Codec::Guarded<Runs<kFault>, Id> codec(host, {});
  Kept kept(rule);
  check_codec(codec, kept);
  return kept.rules;
}

template <Fault kFault>
void expect_broken(const std::string& rule, const std::string& why) {
  auto rules = checked<kFault>(rule);
  EXPECT_EQ(rules.size(), 1u) << "there is no rule '" << rule << "'";
  EXPECT_NE(rules[rule].find(why), std::string::npos) << rule << ": " << rules[rule];
}

TEST(CodecRules, WhatIsRightPasses) {
  const auto rules = checked<Fault::kNone>();
  EXPECT_EQ(rules.size(), 10u);
  for (const auto& [rule, why] : rules) EXPECT_EQ(why, "") << rule;
}

TEST(CodecRules, EachRuleCanBeBroken) {
  expect_broken<Fault::kForeignAttribute>("it is one of Kafka's codecs", "attribute() says 9; it is 1 for gzip");
  expect_broken<Fault::kLosesTheEnd>("what was compressed comes back", "came back as");
  expect_broken<Fault::kWritesBehindTheWindow>("it reads octet by octet", "wrote behind its window of 1 octets");
  expect_broken<Fault::kForgetsPieces>("how the input was cut into pieces leaves no trace", "cut at 0");
  expect_broken<Fault::kPadsWhatWasCut>("a stream that was cut off is noticed", "without an error");
  expect_broken<Fault::kNeverEnds>("a flipped bit does no harm", "does not come to an end");
  expect_broken<Fault::kSaysNothing>("noise does no harm", "does not say what is wrong");
  expect_broken<Fault::kHoards>("a gigabyte takes no more memory than its window", "16 MiB are allowed");
  expect_broken<Fault::kOneThread>("several threads at once do not disturb each other", "not my thread");
  expect_broken<Fault::kIgnoresTheSink>("a sink that refuses is obeyed", "was called 1 times more");
}

TEST(CodecRules, ThrowingIsCaughtAndNamed) {
  expect_broken<Fault::kThrows>("what was compressed comes back", "plugin 'runs' threw in compress: no idea");
}

}  // namespace
}  // namespace barnabas::testing
