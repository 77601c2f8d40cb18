// The octets of a compressed part of a batch, as they come out of a codec: a window that moves, never the whole.
//
// The window has kWindowBytes; it grows only for one field or record that is larger, and only as octets really arrive, so that a lying
// length costs nothing. The total is capped: a batch that inflates beyond it is refused. One thread at a time; made once and used for many
// batches.
#pragma once

#include "kernel/base/result.h"
#include "kernel/record/codecs.h"

#include <array>
#include <memory>

namespace barnabas::record {

class Inflater {
 public:
  static constexpr std::size_t kWindowBytes = 256 << 10;

  explicit Inflater(const Codecs& codecs) : codecs_(codecs) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater();

  // kUnsupported: there is no such codec here.
  Status start(std::int8_t codec, sdk::Bytes compressed, int magic, std::uint64_t max_bytes);

  // The octets in the window. Valid until the next call of anything else.
  sdk::Bytes available() const { return {window_.get() + begin_, end_ - begin_}; }
  // Afterwards at least `count` octets are available, or all until the end.
  Status fill(std::size_t count);
  // REQUIRES: count <= available().size
  void consume(std::size_t count) { begin_ += count; }
  // Passes over up to `count` octets, without keeping them and with at most one call of the codec, and takes them from it; kCorrupt when
  // there are none.
  Status skip_some(std::uint64_t& count);
  // Nothing is available afterwards, and the room that one large record took is free.
  void give_back();
  bool ended() const { return ended_; }  // nothing comes after what is available
  std::uint64_t produced() const { return produced_; }
  std::uint64_t left() const { return max_bytes_ - produced_; }  // octets that may still come under the cap

 private:
  Status receive();
  void make_room(std::size_t count);
  void grow();

  const Codecs& codecs_;
  std::array<sdk::Decompressor*, 8> decompressors_{};
  sdk::Decompressor* current_ = nullptr;
  std::int8_t codec_ = 0;
  std::unique_ptr<std::uint8_t[]> window_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t produced_ = 0;
  std::uint64_t max_bytes_ = 0;
  bool ended_ = true;
};

}  // namespace barnabas::record
