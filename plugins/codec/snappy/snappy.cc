// Codec 2: Snappy blocks of 32 KiB in the framing of xerial's Java library, or one bare block, as librdkafka writes it.
//
// Framing: 82 'SNAPPY' 00, version and compatible version (int32, both 1), then blocks, each after its length (int32). A header may stand
// again between blocks: streams that were put one behind the other.
#include <barnabas/sdk/codec.h>

#include "codec/context_pool.h"

#include <snappy.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace barnabas::codec {
namespace {

constexpr std::uint8_t kHeader[16] = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1};
constexpr std::size_t kMagicBytes = 8;
constexpr std::uint32_t kHeaderAsLength = 0x82534e41;  // the first octets of a header, read as a length
constexpr std::size_t kBlockBytes = 32 << 10;
constexpr std::size_t kKeptBytes = 1 << 20;
// The densest element is a copy: 64 octets out of 3.
constexpr std::size_t kMostExpansion = 22;

std::uint32_t load32(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | std::uint32_t{at[3]};
}

void store32(std::uint8_t* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

const char* chars(const std::uint8_t* at) { return reinterpret_cast<const char*>(at); }

struct Packer {
  std::uint8_t gathered[kBlockBytes];
  std::unique_ptr<std::uint8_t[]> packed = std::make_unique<std::uint8_t[]>(4 + snappy::MaxCompressedLength(kBlockBytes));

  sdk::Status put(sdk::Bytes block, sdk::Sink& to) {
    std::size_t size = 0;
    snappy::RawCompress(chars(block.data), block.size, reinterpret_cast<char*>(packed.get() + 4), &size);
    store32(packed.get(), static_cast<std::uint32_t>(size));
    return to.append({packed.get(), 4 + size});
  }
};

class Snappy {
 public:
  struct Options {
    sdk::Size max_block{64 << 20};
    BARNABAS_OPTIONS(f) {
      f("max_block", &Options::max_block, "the largest block that is decompressed: some clients send a whole batch as one",
        sdk::range(32768, 1 << 30));
    }
  };

  Snappy(sdk::Host&, const Options& options) : max_block_bytes_(static_cast<std::size_t>(options.max_block.bytes)) {}

  std::int8_t attribute() { return 2; }

  sdk::Status compress(const sdk::Bytes* pieces, std::size_t piece_count, std::int32_t level, int, sdk::Sink& to) {
    if (level != sdk::kDefaultLevel) return sdk::Status::invalid("snappy has no levels, but one was given: " + std::to_string(level));
    if (sdk::Status status = to.append({kHeader, sizeof kHeader}); !status) return status;
    ContextPool<Packer>::Loan packer(packers_);
    std::size_t gathered = 0;
    for (std::size_t i = 0; i < piece_count; ++i) {
      for (sdk::Bytes piece = pieces[i]; !piece.empty();) {
        if (gathered == 0 && piece.size >= kBlockBytes) {  // no need to copy it together
          if (sdk::Status status = packer->put(piece.slice(0, kBlockBytes), to); !status) return status;
          piece = piece.slice(kBlockBytes);
          continue;
        }
        const std::size_t part = std::min(piece.size, kBlockBytes - gathered);
        std::memcpy(packer->gathered + gathered, piece.data, part);
        gathered += part;
        piece = piece.slice(part);
        if (gathered < kBlockBytes) continue;
        if (sdk::Status status = packer->put({packer->gathered, gathered}, to); !status) return status;
        gathered = 0;
      }
    }
    return gathered == 0 ? sdk::Status() : packer->put({packer->gathered, gathered}, to);
  }

  class Stream {
   public:
    explicit Stream(Snappy& codec) : max_block_bytes_(codec.max_block_bytes_) {}

    sdk::Status start(sdk::Bytes input, int) {
      rest_ = input;
      ready_ = {};
      if (capacity_ > kKeptBytes) {
        block_.reset();
        capacity_ = 0;
      }
      framed_ = input.size >= sizeof kHeader && std::memcmp(input.data, kHeader, kMagicBytes) == 0;
      return framed_ ? pass_header() : sdk::Status();
    }

    sdk::Status read(sdk::MutableBytes into, std::size_t& count) {
      count = 0;
      while (count < into.size) {
        if (ready_.empty()) {
          if (rest_.empty()) break;
          std::size_t direct = 0;
          if (sdk::Status status = next_block({into.data + count, into.size - count}, direct); !status) return status;
          count += direct;
          continue;
        }
        const std::size_t part = std::min(ready_.size, into.size - count);
        std::memcpy(into.data + count, ready_.data, part);
        ready_ = ready_.slice(part);
        count += part;
      }
      return {};
    }

   private:
    sdk::Status pass_header() {
      if (rest_.size < sizeof kHeader || std::memcmp(rest_.data, kHeader, kMagicBytes) != 0)
        return sdk::Status::corrupt("the snappy stream has a broken header between its blocks");
      if (const auto needed = static_cast<std::int32_t>(load32(rest_.data + 12)); needed < 1)
        return sdk::Status::corrupt("the snappy stream says compatible version " + std::to_string(needed) + ", and 1 is the least");
      rest_ = rest_.slice(sizeof kHeader);
      return {};
    }

    // The compressed octets of the next block; empty after a header.
    sdk::Status take_block(sdk::Bytes& block) {
      if (!framed_) {
        block = rest_;
        rest_ = {};
        return {};
      }
      if (rest_.size < 4) return sdk::Status::corrupt("the snappy stream ends within the length of a block");
      const std::uint32_t size = load32(rest_.data);
      if (size == kHeaderAsLength) return pass_header();
      if (size > rest_.size - 4)
        return sdk::Status::corrupt("a snappy block says " + std::to_string(size) + " octets, but only " + std::to_string(rest_.size - 4) +
                                    " follow");
      block = rest_.slice(4, size);
      rest_ = rest_.slice(4 + std::size_t{size});
      return {};
    }

    // Into `into` when the whole block fits there, else into a buffer of our own.
    sdk::Status next_block(sdk::MutableBytes into, std::size_t& direct) {
      sdk::Bytes block;
      if (sdk::Status status = take_block(block); !status || block.empty()) return status;
      std::size_t size = 0;
      if (!snappy::GetUncompressedLength(chars(block.data), block.size, &size))
        return sdk::Status::corrupt("a snappy block does not say its length");
      if (size > block.size * kMostExpansion)
        return sdk::Status::corrupt("a snappy block of " + std::to_string(block.size) + " octets says that it holds " +
                                    std::to_string(size) + ", which is not possible");
      if (size > max_block_bytes_)
        return sdk::Status::exhausted("a snappy block holds " + std::to_string(size) +
                                      " octets, more than the setting max_block allows: " + std::to_string(max_block_bytes_));
      std::uint8_t* to = into.data;
      if (size > into.size) {
        if (size > capacity_) {
          block_ = std::make_unique_for_overwrite<std::uint8_t[]>(size);
          capacity_ = size;
        }
        to = block_.get();
        ready_ = {to, size};
      } else {
        direct = size;
      }
      if (snappy::RawUncompress(chars(block.data), block.size, reinterpret_cast<char*>(to))) return {};
      ready_ = {};
      return sdk::Status::corrupt("a snappy block does not decompress");
    }

    std::size_t max_block_bytes_;
    sdk::Bytes rest_;
    sdk::Bytes ready_;  // decompressed, not yet handed out
    std::unique_ptr<std::uint8_t[]> block_;
    std::size_t capacity_ = 0;
    bool framed_ = false;
  };

 private:
  std::size_t max_block_bytes_;
  ContextPool<Packer> packers_;
};

}  // namespace
}  // namespace barnabas::codec

BARNABAS_PLUGIN(Codec, barnabas::codec::Snappy, "snappy", "1.0.0", "Compression type snappy: xerial's framing, and bare blocks.")
