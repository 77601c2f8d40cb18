// One codec and one of its decompressors, asked step by step. The first thing that goes wrong is kept as a sentence. One thread.
#pragma once

#include <barnabas/sdk/codec.h>
#include <barnabas/testing/octets.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::testing {

class CodecTrial {
 public:
  explicit CodecTrial(sdk::Codec& codec) : codec_(codec) {
    const sdk::Status status = codec.make_decompressor(decompressor_);
    if (!status.ok()) fail("make_decompressor failed: " + std::string(status.message()));
    if (status.ok() && decompressor_ == nullptr) fail("make_decompressor said that it made one and handed out none");
  }
  CodecTrial(const CodecTrial&) = delete;
  CodecTrial& operator=(const CodecTrial&) = delete;
  ~CodecTrial() {
    if (decompressor_ != nullptr) codec_.destroy_decompressor(decompressor_);
  }

  // Empty while all is well.
  const std::string& why() const { return why_; }
  bool fail(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return false;
  }

  // One stream of the pieces; false: `why` says what was wrong, `what` being what the pieces are.
  bool compress(const std::vector<sdk::Bytes>& pieces, const std::string& what, Octets& out) {
    if (!why_.empty()) return false;
    OctetSink sink;
    const sdk::Status status = codec_.compress(pieces.data(), pieces.size(), sdk::kDefaultLevel, 2, sink);
    out = std::move(sink.octets);
    return status.ok() || fail("it could not compress " + what + ": " + std::string(status.message()));
  }

  // Reads at most `limit` octets, `step` at a time. An error is an answer here, unless it does not say why; false: a promise was broken.
  bool decompress(sdk::Bytes compressed, const std::string& what, Octets& out, sdk::Status& status, std::size_t step = 64 << 10,
                  int magic = 2) {
    constexpr std::size_t kLimit = 64 << 20;
    constexpr std::size_t kGuard = 32;  // octets behind the window that nobody may write to
    constexpr std::uint8_t kUntouched = 0xa5;
    if (!why_.empty()) return false;
    out.clear();
    status = decompressor_->start(compressed, magic);
    Octets window(status.ok() ? step + kGuard : 0, kUntouched);
    for (std::size_t count = 1; status.ok() && count != 0; out.insert(out.end(), window.data(), window.data() + count)) {
      if (out.size() >= kLimit) return fail("of " + what + " it makes more than 64 MiB, and does not come to an end");
      count = 0;
      status = decompressor_->read({window.data(), step}, count);
      if (!status.ok()) break;
      if (count > step) return fail("read() of " + what + " said " + std::to_string(count) + " of a window of " + std::to_string(step));
      if (std::any_of(window.data() + step, window.data() + window.size(), [](std::uint8_t octet) { return octet != kUntouched; }))
        return fail("read() of " + what + " wrote behind its window of " + std::to_string(step) + " octets");
    }
    if (!status.ok() && status.message().empty()) return fail("its error about " + what + " does not say what is wrong");
    return true;
  }

  // Whether `compressed`, which was made of `what`, becomes `octets` again.
  bool gives_back(sdk::Bytes compressed, const std::string& what, const Octets& octets, std::size_t step = 64 << 10) {
    Octets out;
    sdk::Status status;
    const std::string where = what + ", read " + std::to_string(step) + " at a time,";
    if (!decompress(compressed, where, out, status, step)) return false;
    if (!status.ok()) return fail("what it compressed it cannot read: " + where + " failed: " + std::string(status.message()));
    if (out == octets) return true;
    const auto differs = std::mismatch(out.begin(), out.end(), octets.begin(), octets.end());
    return fail(where + " came back as " + std::to_string(out.size()) + " octets instead of " + std::to_string(octets.size()) +
                ", the first wrong one at " + std::to_string(differs.first - out.begin()));
  }

 private:
  sdk::Codec& codec_;
  sdk::Decompressor* decompressor_ = nullptr;
  std::string why_;
};

}  // namespace barnabas::testing
