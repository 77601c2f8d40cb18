// One codec plugin, FUZZED_CODEC. Any octets as a compressed stream end in content or in a refusal that says why, within their window and
// in bounded memory; and any content, in pieces, comes back as it was, read in steps of any size.
//
// The first octet chooses: which of the two, the magic, the size of a step.
#include <barnabas/testing/codec_trial.h>

#include "fuzz/require.h"
#include "record/real_codecs.h"

namespace {

using namespace barnabas;
using fuzz::require;

constexpr std::size_t kSteps[] = {1, 7, 4096, 64 << 10};
constexpr std::size_t kCap = 1 << 20;  // what one input may inflate to before nobody reads on, as a broker does

class Bench {
 public:
  Bench() {
    for (std::int8_t attribute = 1; attribute <= 4; ++attribute)
      if (sdk::Codec* codec = codecs_.find(attribute)) codec_ = codec;
    require(codec_ != nullptr, "there is no such codec");
    require(codec_->make_decompressor(decompressor_).ok(), "there is no decompressor");
  }
  ~Bench() { codec_->destroy_decompressor(decompressor_); }

  void inflate(sdk::Bytes octets, int magic, std::size_t step) {
    std::vector<std::uint8_t> window(step);
    sdk::Status status = decompressor_->start(octets, magic);
    std::size_t total = 0;
    for (std::size_t count = 1; status.ok() && count != 0 && total < (step < 64 ? kCap / 64 : kCap); total += count) {
      count = 0;
      status = decompressor_->read({window.data(), window.size()}, count);
      require(count <= window.size(), "more was read than there is room for");
    }
    require(status.ok() || !status.message().empty(), "a refusal does not say why");
  }

  void round_trip(sdk::Bytes content, std::size_t step) {
    barnabas::testing::CodecTrial trial(*codec_);
    const barnabas::testing::Octets octets(content.begin(), content.end());
    const std::size_t cut = octets.empty() ? 0 : octets.front() % octets.size();
    barnabas::testing::Octets compressed;
    trial.compress({{octets.data(), cut}, {}, {octets.data() + cut, octets.size() - cut}}, "the input", compressed);
    trial.gives_back(sdk::Bytes(compressed), "the input", octets, step);
    require(trial.why().empty(), trial.why().c_str());
  }

 private:
  record::testing::RealCodecs codecs_{FUZZED_CODEC};
  sdk::Codec* codec_ = nullptr;
  sdk::Decompressor* decompressor_ = nullptr;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Bench bench;
  if (size == 0) return 0;
  const std::size_t step = kSteps[data[0] / 8 % std::size(kSteps)];
  if (data[0] % 4 == 3) {
    bench.round_trip({data + 1, size - 1}, step);
  } else {
    bench.inflate({data + 1, size - 1}, data[0] % 4, step);
  }
  return 0;
}
