// Kafka's codec gzip by zlib, at the level of your choice. It takes the place of the shipped one where a deployment names it.
#include <barnabas/sdk/codec.h>

#include <zlib.h>

#include <algorithm>
#include <new>
#include <string>

namespace {

namespace sdk = barnabas::sdk;

constexpr int kGzip = 15 + 16;                  // zlib's largest window, in the frame of gzip
constexpr std::size_t kMostAtOnce = 1U << 30;   // zlib counts in unsigned int
constexpr std::size_t kOutputBytes = 16 << 10;  // handed on as soon as they are full

class MyPluginCodec {
 public:
  struct Options {
    std::int32_t level = 6;
    BARNABAS_OPTIONS(f) { f("level", &Options::level, "1 is fast, 9 is small", sdk::range(1, 9)); }
  };

  MyPluginCodec(sdk::Host&, const Options& options) : level_(options.level) {}

  std::int8_t attribute() { return 1; }  // gzip; what it writes, every client must be able to read

  // From any thread, several at once: what changes is in here, not in the object. `level` is the topic's, if it says one.
  sdk::Status compress(const sdk::Bytes* pieces, std::size_t piece_count, std::int32_t level, int /*magic*/, sdk::Sink& to) {
    if (level == sdk::kDefaultLevel || level == Z_DEFAULT_COMPRESSION) level = level_;
    if (level < 1 || level > 9) return sdk::Status::invalid("gzip has no level " + std::to_string(level) + ": it is 1 to 9");
    Deflater deflater(level);
    for (std::size_t i = 0; i < piece_count; ++i)
      for (sdk::Bytes rest = pieces[i]; !rest.empty(); rest = rest.slice(std::min(rest.size, kMostAtOnce)))
        if (sdk::Status status = deflater.put(rest.slice(0, kMostAtOnce), Z_NO_FLUSH, to); !status) return status;
    return deflater.put({}, Z_FINISH, to);
  }

  // Decompresses one input after the other, as much at a time as it is asked for.
  class Stream {
   public:
    explicit Stream(MyPluginCodec&) {
      if (inflateInit2(&stream_, kGzip) != Z_OK) throw std::bad_alloc();
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { inflateEnd(&stream_); }

    sdk::Status start(sdk::Bytes input, int /*magic*/) {
      inflateReset(&stream_);
      stream_.avail_in = 0;
      rest_ = input;
      ended_ = false;
      return {};
    }
    sdk::Status read(sdk::MutableBytes into, std::size_t& count) {
      const std::size_t wanted = std::min(into.size, kMostAtOnce);
      stream_.next_out = into.data;
      stream_.avail_out = static_cast<uInt>(wanted);
      while (stream_.avail_out != 0 && !ended_) {
        feed();
        const int outcome = inflate(&stream_, Z_NO_FLUSH);
        if (outcome == Z_STREAM_END) {
          feed();
          ended_ = stream_.avail_in == 0;
          if (!ended_) inflateReset(&stream_);  // gzip streams may stand one after the other
        } else if (outcome != Z_OK) {
          return sdk::Status::corrupt(outcome == Z_BUF_ERROR ? sdk::Text("the gzip stream ends too early") : sdk::Text("this is not gzip"));
        }
      }
      count = wanted - stream_.avail_out;
      return {};
    }

   private:
    void feed() {
      if (stream_.avail_in != 0) return;
      const sdk::Bytes part = rest_.slice(0, kMostAtOnce);
      stream_.next_in = const_cast<Bytef*>(part.data);
      stream_.avail_in = static_cast<uInt>(part.size);
      rest_ = rest_.slice(part.size);
    }

    z_stream stream_{};
    sdk::Bytes rest_;
    bool ended_ = true;
  };

 private:
  class Deflater {
   public:
    explicit Deflater(std::int32_t level) {
      if (deflateInit2(&stream_, level, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
    }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    ~Deflater() { deflateEnd(&stream_); }

    // Takes all of `input`; with Z_FINISH also ends the stream.
    sdk::Status put(sdk::Bytes input, int flush, sdk::Sink& to) {
      stream_.next_in = const_cast<Bytef*>(input.data);
      stream_.avail_in = static_cast<uInt>(input.size);
      do {
        stream_.next_out = output_;
        stream_.avail_out = sizeof output_;
        deflate(&stream_, flush);
        if (sdk::Status status = to.append({output_, sizeof output_ - stream_.avail_out}); !status) return status;
      } while (stream_.avail_out == 0);
      return {};
    }

   private:
    z_stream stream_{};
    std::uint8_t output_[kOutputBytes];
  };

  const std::int32_t level_;
};

}  // namespace

BARNABAS_PLUGIN(Codec, MyPluginCodec, "my_plugin", "0.1.0", "Kafka's codec gzip, by zlib.")
