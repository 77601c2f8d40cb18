// A codec in the place of gzip that lies as it is told to. What it is right about, it does as a codec that copies would.
#include "faults.h"

#include <barnabas/sdk/codec.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace {

using namespace barnabas;

class FaultyCodec {
 public:
  struct Options {
    sdk::Text how = "not at all";
    BARNABAS_OPTIONS(f) { f("how", &Options::how, "what it does wrong"); }
  };

  FaultyCodec(sdk::Host&, const Options& options) : how(std::string(options.how)) {
    if (how == "throws when made") throw std::runtime_error("a fault on purpose");
    if (how == "throws a number when made") throw 42;
  }

  std::int8_t attribute() { return how == "is no codec of Kafka's" ? 9 : 1; }

  sdk::Status compress(const sdk::Bytes* pieces, std::size_t count, std::int32_t, int, sdk::Sink& to) {
    sdk::Status status;
    for (std::size_t i = 0; i < count && status.ok(); ++i) status = to.append(pieces[i]);
    return status;
  }

  class Stream {
   public:
    explicit Stream(FaultyCodec& codec) : how_(codec.how) {}
    sdk::Status start(sdk::Bytes input, int) {
      input_ = input;
      faulty::misbehave(how_ == "throws at the start" ? "throws" : how_ == "blocks" ? "blocks" : "");
      return {};
    }
    sdk::Status read(sdk::MutableBytes into, std::size_t& count) {
      faulty::misbehave(how_ == "blocks" ? "" : how_);
      if (how_ == "lies about the size") return count = into.size + 1000, sdk::Status();
      if (how_ == "lies grossly about the size") return count = ~std::size_t{0} / 2, sdk::Status();
      if (how_ == "never ends") return std::memset(into.data, 0, into.size), count = into.size, sdk::Status();
      if (how_ == "gives garbage")
        return std::memset(into.data, 0xa5, into.size), count = std::min<std::size_t>(into.size, 100), sdk::Status();
      if (how_ == "gives nothing") return count = 0, sdk::Status();
      count = std::min(into.size, input_.size);
      if (count != 0) std::memcpy(into.data, input_.data, count);
      input_ = input_.slice(count);
      return {};
    }

   private:
    const std::string& how_;
    sdk::Bytes input_;
  };

  const std::string how;
};

}  // namespace

BARNABAS_PLUGIN(Codec, FaultyCodec, "faulty_codec", "1.0.0", "Lies as it is told to.")
