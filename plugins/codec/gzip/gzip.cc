// Codec 1: an RFC 1952 stream, of one member when written, of any number when read.
#include <barnabas/sdk/codec.h>

#include "codec/context_pool.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace barnabas::codec {
namespace {

constexpr int kWindowBitsGzip = 15 + 16;  // 16 asks zlib for the gzip wrapper
constexpr int kMemoryLevel = 8;
constexpr std::size_t kMostAtOnceBytes = 1 << 30;  // zlib counts in unsigned int
constexpr std::size_t kOutputBytes = 16 << 10;

bool level_exists(std::int32_t level) { return level == Z_DEFAULT_COMPRESSION || (level >= 1 && level <= 9); }

std::string no_such_level(std::int32_t level) {
  return "gzip has no level " + std::to_string(level) + ": it is 1 to 9, or -1 for its default";
}

struct Deflater {
  Deflater() {
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBitsGzip, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { deflateEnd(&stream); }

  void begin(std::int32_t level) {
    deflateReset(&stream);
    deflateParams(&stream, level, Z_DEFAULT_STRATEGY);
  }
  // Takes all of `input`; with Z_FINISH also ends the stream.
  sdk::Status put(sdk::Bytes input, int flush, sdk::Sink& to) {
    stream.next_in = const_cast<Bytef*>(input.data);
    stream.avail_in = static_cast<uInt>(input.size);
    do {
      stream.next_out = output;
      stream.avail_out = sizeof output;
      deflate(&stream, flush);
      if (sdk::Status status = to.append({output, sizeof output - stream.avail_out}); !status) return status;
    } while (stream.avail_out == 0);
    return {};
  }

  z_stream stream{};
  std::uint8_t output[kOutputBytes];
};

class Gzip {
 public:
  struct Options {
    std::int32_t level = Z_DEFAULT_COMPRESSION;
    BARNABAS_OPTIONS(f) { f("level", &Options::level, "1 is fast, 9 is small, -1 is zlib's own choice", sdk::range(-1, 9)); }
  };

  Gzip(sdk::Host&, const Options& options) : level_(options.level) {
    if (!level_exists(level_)) throw std::invalid_argument(no_such_level(level_));
  }

  std::int8_t attribute() { return 1; }

  sdk::Status compress(const sdk::Bytes* pieces, std::size_t piece_count, std::int32_t level, int, sdk::Sink& to) {
    if (level == sdk::kDefaultLevel) level = level_;
    if (!level_exists(level)) return sdk::Status::invalid(no_such_level(level));
    ContextPool<Deflater>::Loan deflater(deflaters_);
    deflater->begin(level);
    for (std::size_t i = 0; i < piece_count; ++i)
      for (sdk::Bytes piece = pieces[i]; !piece.empty(); piece = piece.slice(std::min(piece.size, kMostAtOnceBytes)))
        if (sdk::Status status = deflater->put(piece.slice(0, kMostAtOnceBytes), Z_NO_FLUSH, to); !status) return status;
    return deflater->put({}, Z_FINISH, to);
  }

  class Stream {
   public:
    explicit Stream(Gzip&) {
      if (inflateInit2(&stream_, kWindowBitsGzip) != Z_OK) throw std::bad_alloc();
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { inflateEnd(&stream_); }

    sdk::Status start(sdk::Bytes input, int) {
      inflateReset(&stream_);
      rest_ = input;
      stream_.avail_in = 0;
      ended_ = false;
      return {};
    }

    sdk::Status read(sdk::MutableBytes into, std::size_t& count) {
      const std::size_t wanted = std::min(into.size, kMostAtOnceBytes);
      stream_.next_out = into.data;
      stream_.avail_out = static_cast<uInt>(wanted);
      while (stream_.avail_out != 0 && !ended_) {
        feed();
        const int outcome = inflate(&stream_, Z_NO_FLUSH);
        if (outcome == Z_STREAM_END) {
          feed();
          ended_ = stream_.avail_in == 0;
          if (!ended_) inflateReset(&stream_);  // another member follows
        } else if (outcome == Z_BUF_ERROR) {
          return sdk::Status::corrupt("the gzip stream ends too early");
        } else if (outcome != Z_OK) {
          const std::string why = stream_.msg != nullptr ? stream_.msg : "unknown";
          return sdk::Status::corrupt("this is not a gzip stream: " + why);
        }
      }
      count = wanted - stream_.avail_out;
      return {};
    }

   private:
    void feed() {
      if (stream_.avail_in != 0) return;
      const sdk::Bytes part = rest_.slice(0, kMostAtOnceBytes);
      stream_.next_in = const_cast<Bytef*>(part.data);
      stream_.avail_in = static_cast<uInt>(part.size);
      rest_ = rest_.slice(part.size);
    }

    z_stream stream_{};
    sdk::Bytes rest_;
    bool ended_ = true;
  };

 private:
  std::int32_t level_;
  ContextPool<Deflater> deflaters_;
};

}  // namespace
}  // namespace barnabas::codec

BARNABAS_PLUGIN(Codec, barnabas::codec::Gzip, "gzip", "1.0.0", "Compression type gzip: RFC 1952 streams.")
