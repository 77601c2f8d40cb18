// Codec 4: Zstandard frames.
#include <barnabas/sdk/codec.h>

#include "codec/context_pool.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <bit>
#include <stdexcept>
#include <string>

namespace barnabas::codec {
namespace {

constexpr std::int32_t kLowestLevel = -131072;
constexpr std::int32_t kHighestLevel = 22;
// From level 20 on zstd likes windows that readers with bounded memory refuse.
constexpr std::int32_t kFirstHungryLevel = 20;
constexpr int kWindowLog = 23;  // 8 MiB
constexpr std::size_t kOutputBytes = 64 << 10;

bool level_exists(std::int32_t level) { return level >= kLowestLevel && level <= kHighestLevel; }
std::string no_such_level(std::int32_t level) { return "zstd has no level " + std::to_string(level) + ": it is -131072 to 22"; }

struct Packer {
  Packer() : context(ZSTD_createCCtx()) {
    if (context == nullptr) throw std::bad_alloc();
  }
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  ~Packer() { ZSTD_freeCCtx(context); }

  void begin(std::int32_t level, std::size_t size) {
    ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    if (level >= kFirstHungryLevel && size > (std::size_t{1} << kWindowLog)) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, kWindowLog);
    ZSTD_CCtx_setPledgedSrcSize(context, size);
  }
  sdk::Status put(sdk::Bytes input, ZSTD_EndDirective directive, sdk::Sink& to) {
    ZSTD_inBuffer in{input.data, input.size, 0};
    for (bool done = false; !done;) {
      ZSTD_outBuffer out{output, sizeof output, 0};
      const std::size_t left = ZSTD_compressStream2(context, &out, &in, directive);
      if (ZSTD_isError(left) != 0) return sdk::Status::internal(std::string("zstd can not compress: ") + ZSTD_getErrorName(left));
      if (sdk::Status status = to.append({output, out.pos}); !status) return status;
      done = directive == ZSTD_e_end ? left == 0 : in.pos == in.size;
    }
    return {};
  }

  ZSTD_CCtx* context;
  std::uint8_t output[kOutputBytes];
};

class Zstd {
 public:
  struct Options {
    std::int32_t level = 3;
    sdk::Size max_window{128 << 20};
    BARNABAS_OPTIONS(f) {
      f("level", &Options::level, "larger is smaller and slower, negative is fast", sdk::range(kLowestLevel, kHighestLevel));
      f("max_window", &Options::max_window, "the largest window of a frame that is decompressed; memory is taken for what the frame holds",
        sdk::range(1 << 20, 128 << 20));
    }
  };

  Zstd(sdk::Host&, const Options& options) : level_(options.level), max_window_(static_cast<std::uint64_t>(options.max_window.bytes)) {
    if (!level_exists(level_)) throw std::invalid_argument(no_such_level(level_));
  }

  std::int8_t attribute() { return 4; }

  sdk::Status compress(const sdk::Bytes* pieces, std::size_t piece_count, std::int32_t level, int, sdk::Sink& to) {
    if (level == sdk::kDefaultLevel) level = level_;
    if (!level_exists(level)) return sdk::Status::invalid(no_such_level(level));
    std::size_t size = 0;
    for (std::size_t i = 0; i < piece_count; ++i) size += pieces[i].size;
    ContextPool<Packer>::Loan packer(packers_);
    packer->begin(level, size);
    for (std::size_t i = 0; i < piece_count; ++i)
      if (sdk::Status status = packer->put(pieces[i], ZSTD_e_continue, to); !status) return status;
    return packer->put({}, ZSTD_e_end, to);
  }

  class Stream {
   public:
    explicit Stream(Zstd& codec) : max_window_(codec.max_window_), context_(ZSTD_createDCtx()) {
      if (context_ == nullptr) throw std::bad_alloc();
      // Rounded down to a power of two, as windows mostly are.
      ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, static_cast<int>(std::bit_width(max_window_)) - 1);
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { ZSTD_freeDCtx(context_); }

    sdk::Status start(sdk::Bytes input, int) {
      ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
      input_ = {input.data, input.size, 0};
      within_frame_ = true;  // no frame at all is not a stream
      return {};
    }

    sdk::Status read(sdk::MutableBytes into, std::size_t& count) {
      ZSTD_outBuffer output{into.data, into.size, 0};
      while (output.pos < output.size) {
        const std::size_t input_before = input_.pos;
        const std::size_t output_before = output.pos;
        if (!within_frame_ && input_.pos == input_.size) break;
        const std::size_t left = ZSTD_decompressStream(context_, &output, &input_);
        if (ZSTD_isError(left) != 0) return refused(left);
        within_frame_ = left != 0;
        if (within_frame_ && input_.pos == input_before && output.pos == output_before)
          return sdk::Status::corrupt("the zstd stream ends too early");
      }
      count = output.pos;
      return {};
    }

   private:
    sdk::Status refused(std::size_t error) {
      if (ZSTD_getErrorCode(error) == ZSTD_error_frameParameter_windowTooLarge)
        return sdk::Status::exhausted(
            "a zstd frame needs a window larger than the setting max_window allows: " + std::to_string(max_window_) + " octets");
      if (ZSTD_getErrorCode(error) == ZSTD_error_memory_allocation)
        return sdk::Status::unavailable("there is no memory for the window of a zstd frame");
      return sdk::Status::corrupt(std::string("this is not a zstd stream: ") + ZSTD_getErrorName(error));
    }

    std::uint64_t max_window_;
    ZSTD_DCtx* context_;
    ZSTD_inBuffer input_{};
    bool within_frame_ = false;
  };

 private:
  std::int32_t level_;
  std::uint64_t max_window_;
  ContextPool<Packer> packers_;
};

}  // namespace
}  // namespace barnabas::codec

BARNABAS_PLUGIN(Codec, barnabas::codec::Zstd, "zstd", "1.0.0", "Compression type zstd: Zstandard frames.")
