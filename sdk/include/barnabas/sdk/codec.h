// Kind `codec`: compresses and decompresses the records of a batch, with Kafka's framing.
#pragma once

#include <barnabas/sdk/plugin.h>

namespace barnabas::sdk {

// A stream of decompressed octets: read() makes as many as asked for, in bounded memory, whatever the whole comes to. A library that only
// inflates whole buffers cannot be one. One object is used again for many inputs, by one thread at a time.
class Decompressor {
 public:
  // `magic` is the format of the batch that holds `input` (0, 1 or 2): the header checksum of lz4's frames is another one in 0; `input`
  // stays valid until the next start().
  virtual Status start(Bytes input, int magic) noexcept = 0;
  // Fills `into` as far as it can; count 0 with success: the end of the stream. Memory used besides `into` is bounded, whatever the input
  // claims.
  virtual Status read(MutableBytes into, std::size_t& count) noexcept = 0;

 protected:
  ~Decompressor() = default;
};

inline constexpr std::int32_t kDefaultLevel = INT32_MIN;

// Any thread, several at once.
class Codec : public Object {
 public:
  static constexpr Text kName = "codec";
  static constexpr std::int32_t kRevision = 1;

  // The codec bits of a batch's attributes: 1 gzip, 2 snappy, 3 lz4, 4 zstd. A plugin that the deployment names takes the place of the
  // shipped one; two with one value may not both be named.
  virtual std::int8_t attribute() noexcept = 0;
  // One whole compressed stream for `pieces` in order. `level`: compression.gzip.level and its like of the
  // topic, on Kafka's scale, or kDefaultLevel.
  virtual Status compress(const Bytes* pieces, std::size_t piece_count, std::int32_t level, int magic, Sink& to) noexcept = 0;
  virtual Status make_decompressor(Decompressor*& made) noexcept = 0;
  virtual void destroy_decompressor(Decompressor* made) noexcept = 0;

  // An author's class has: using Options; using Stream, a class with start() and read() as above; a constructor (Host&, const Options&);
  // attribute(); compress(). Stream is made from the author's object: Stream(Class&).
  template <class T, class Id>
  class Guarded;

 protected:
  ~Codec() = default;
};

template <class T, class Id>
class Codec::Guarded final : public Codec {
 public:
  Guarded(Host& host, const typename T::Options& options) : author_(host, options) {}

  std::int8_t attribute() noexcept override {
    return detail::guarded_value(std::int8_t{-1}, [&] { return author_.attribute(); });  // no codec's, so it is refused by name
  }
  Status compress(const Bytes* pieces, std::size_t piece_count, std::int32_t level, int magic, Sink& to) noexcept override {
    return detail::guarded(Id::text(), "compress", [&] { return author_.compress(pieces, piece_count, level, magic, to); });
  }
  Status make_decompressor(Decompressor*& made) noexcept override {
    return detail::guarded(Id::text(), "make_decompressor", [&] {
      made = new Stream(author_);
      return Status();
    });
  }
  void destroy_decompressor(Decompressor* made) noexcept override { delete static_cast<Stream*>(made); }

 private:
  class Stream final : public Decompressor {
   public:
    explicit Stream(T& author) : stream_(author) {}
    Status start(Bytes input, int magic) noexcept override {
      return detail::guarded(Id::text(), "start", [&] { return stream_.start(input, magic); });
    }
    Status read(MutableBytes into, std::size_t& count) noexcept override {
      return detail::guarded(Id::text(), "read", [&] { return stream_.read(into, count); });
    }

   private:
    typename T::Stream stream_;
  };

  T author_;
};

}  // namespace barnabas::sdk
