// Codec 3: one LZ4 frame of independent blocks of 64 KiB, without checksums, as Kafka's own reader and writer know it.
//
// Header: magic 184D2204 (little-endian), FLG, BD, optional content size, HC. HC is the second octet of xxHash32 over the descriptor (FLG
// to content size). Messages of magic 0 have an HC over the magic as well, a mistake of old that their readers pass over.
#include <barnabas/sdk/codec.h>

#include "codec/context_pool.h"

#include <lz4.h>
#include <lz4hc.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

namespace barnabas::codec {
namespace {

constexpr std::uint32_t kFrameMagic = 0x184d2204;
constexpr std::uint8_t kFlags = 0x60;       // version 1, independent blocks
constexpr std::uint8_t kDescriptor = 0x40;  // blocks of 64 KiB
constexpr std::size_t kBlockBytes = 64 << 10;
constexpr std::uint32_t kStoredBit = 0x80000000;  // of a block's size: the octets are not compressed
constexpr std::size_t kSmallestHeaderBytes = 7;

constexpr std::uint8_t kIndependentFlag = 0x20;
constexpr std::uint8_t kBlockChecksumFlag = 0x10;
constexpr std::uint8_t kContentSizeFlag = 0x08;
constexpr std::uint8_t kReservedFlags = 0x03;

// Kafka's scale. Its default is the fast compressor, every other level the high-compression one.
constexpr std::int32_t kFastLevel = 9;
bool level_exists(std::int32_t level) { return level >= 1 && level <= 17; }
std::string no_such_level(std::int32_t level) { return "lz4 has no level " + std::to_string(level) + ": it is 1 to 17"; }

std::uint32_t load32(const std::uint8_t* at) {
  return std::uint32_t{at[3]} << 24 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[1]} << 8 | std::uint32_t{at[0]};
}

void store32(std::uint8_t* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint8_t header_checksum(sdk::Bytes descriptor) { return static_cast<std::uint8_t>(XXH32(descriptor.data, descriptor.size, 0) >> 8); }

char* chars(std::uint8_t* at) { return reinterpret_cast<char*>(at); }
const char* chars(const std::uint8_t* at) { return reinterpret_cast<const char*>(at); }

struct Packer {
  std::unique_ptr<std::uint64_t[]> fast_state = std::make_unique<std::uint64_t[]>(static_cast<std::size_t>(LZ4_sizeofState()) / 8 + 1);
  std::unique_ptr<std::uint64_t[]> small_state;  // made when first asked for: it is large
  std::uint8_t gathered[kBlockBytes];
  std::uint8_t packed[4 + kBlockBytes];

  // A block that does not get smaller is stored as it is.
  sdk::Status put(sdk::Bytes block, std::int32_t level, sdk::Sink& to) {
    const int room = static_cast<int>(block.size) - 1;
    int size = 0;
    if (level == kFastLevel) {
      size = LZ4_compress_fast_extState(fast_state.get(), chars(block.data), chars(packed + 4), static_cast<int>(block.size), room, 1);
    } else {
      if (small_state == nullptr) small_state = std::make_unique<std::uint64_t[]>(static_cast<std::size_t>(LZ4_sizeofStateHC()) / 8 + 1);
      size = LZ4_compress_HC_extStateHC(small_state.get(), chars(block.data), chars(packed + 4), static_cast<int>(block.size), room, level);
    }
    if (size > 0) {
      store32(packed, static_cast<std::uint32_t>(size));
      return to.append({packed, 4 + static_cast<std::size_t>(size)});
    }
    store32(packed, static_cast<std::uint32_t>(block.size) | kStoredBit);
    std::memcpy(packed + 4, block.data, block.size);
    return to.append({packed, 4 + block.size});
  }
};

sdk::Status put_header(int magic, sdk::Sink& to) {
  std::uint8_t header[kSmallestHeaderBytes];
  store32(header, kFrameMagic);
  header[4] = kFlags;
  header[5] = kDescriptor;
  header[6] = magic == 0 ? header_checksum({header, 6}) : header_checksum({header + 4, 2});
  return to.append({header, sizeof header});
}

class Lz4 {
 public:
  struct Options {
    std::int32_t level = kFastLevel;
    BARNABAS_OPTIONS(f) {
      f("level", &Options::level, "9 is the fast compressor, any other the small one, smaller as it grows", sdk::range(1, 17));
    }
  };

  Lz4(sdk::Host&, const Options& options) : level_(options.level) {
    if (!level_exists(level_)) throw std::invalid_argument(no_such_level(level_));
  }

  std::int8_t attribute() { return 3; }

  sdk::Status compress(const sdk::Bytes* pieces, std::size_t piece_count, std::int32_t level, int magic, sdk::Sink& to) {
    if (level == sdk::kDefaultLevel) level = level_;
    if (!level_exists(level)) return sdk::Status::invalid(no_such_level(level));
    if (sdk::Status status = put_header(magic, to); !status) return status;
    ContextPool<Packer>::Loan packer(packers_);
    std::size_t gathered = 0;
    for (std::size_t i = 0; i < piece_count; ++i) {
      for (sdk::Bytes piece = pieces[i]; !piece.empty();) {
        if (gathered == 0 && piece.size >= kBlockBytes) {  // no need to copy it together
          if (sdk::Status status = packer->put(piece.slice(0, kBlockBytes), level, to); !status) return status;
          piece = piece.slice(kBlockBytes);
          continue;
        }
        const std::size_t part = std::min(piece.size, kBlockBytes - gathered);
        std::memcpy(packer->gathered + gathered, piece.data, part);
        gathered += part;
        piece = piece.slice(part);
        if (gathered < kBlockBytes) continue;
        if (sdk::Status status = packer->put({packer->gathered, gathered}, level, to); !status) return status;
        gathered = 0;
      }
    }
    if (gathered != 0)
      if (sdk::Status status = packer->put({packer->gathered, gathered}, level, to); !status) return status;
    constexpr std::uint8_t kEndMark[4] = {};
    return to.append({kEndMark, sizeof kEndMark});
  }

  class Stream {
   public:
    explicit Stream(Lz4&) {}

    sdk::Status start(sdk::Bytes input, int magic) {
      rest_ = input;
      ready_ = {};
      ended_ = false;
      return read_header(magic);
    }

    sdk::Status read(sdk::MutableBytes into, std::size_t& count) {
      count = 0;
      while (count < into.size) {
        if (ready_.empty()) {
          if (ended_) break;
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
    sdk::Status read_header(int magic) {
      if (rest_.size < kSmallestHeaderBytes) return sdk::Status::corrupt("the lz4 frame ends within its header");
      if (load32(rest_.data) != kFrameMagic) return sdk::Status::corrupt("this is not an lz4 frame: it does not begin with 04 22 4d 18");
      const std::uint8_t flags = rest_[4];
      const std::uint8_t descriptor = rest_[5];
      if (flags >> 6 != 1) return sdk::Status::corrupt("the lz4 frame has version " + std::to_string(flags >> 6) + ", and only 1 exists");
      if ((flags & kReservedFlags) != 0 || (descriptor & 0x8f) != 0) return sdk::Status::corrupt("the lz4 frame has reserved bits set");
      if ((flags & kIndependentFlag) == 0)
        return sdk::Status::corrupt("the blocks of the lz4 frame depend on each other; Kafka wants independent ones");
      const int size_class = descriptor >> 4;
      if (size_class < 4)
        return sdk::Status::corrupt("the lz4 frame has block size class " + std::to_string(size_class) + ", and only 4 to 7 exist");
      max_block_bytes_ = std::size_t{1} << (8 + 2 * size_class);
      block_checksum_ = (flags & kBlockChecksumFlag) != 0;
      const std::size_t described = (flags & kContentSizeFlag) != 0 ? 10 : 2;
      if (rest_.size < 4 + described + 1) return sdk::Status::corrupt("the lz4 frame ends within its header");
      if (magic != 0 && rest_[4 + described] != header_checksum(rest_.slice(4, described)))
        return sdk::Status::corrupt("the lz4 frame has a wrong header checksum");
      rest_ = rest_.slice(4 + described + 1);
      return {};
    }

    sdk::Status next_block(sdk::MutableBytes into, std::size_t& direct) {
      if (rest_.size < 4) return sdk::Status::corrupt("the lz4 frame ends without its end mark");
      const std::uint32_t word = load32(rest_.data);
      rest_ = rest_.slice(4);
      if (word == 0) {  // what follows is the content checksum, which Kafka does not look at either
        ended_ = true;
        return {};
      }
      const std::size_t size = word & ~kStoredBit;
      if (size > max_block_bytes_)
        return sdk::Status::corrupt("an lz4 block has " + std::to_string(size) +
                                    " octets, more than the frame allows: " + std::to_string(max_block_bytes_));
      if (size + (block_checksum_ ? 4 : 0) > rest_.size) return sdk::Status::corrupt("the lz4 frame ends within a block");
      const sdk::Bytes block = rest_.slice(0, size);
      rest_ = rest_.slice(size);
      if (block_checksum_) {
        if (load32(rest_.data) != XXH32(block.data, block.size, 0)) return sdk::Status::corrupt("an lz4 block has a wrong checksum");
        rest_ = rest_.slice(4);
      }
      if ((word & kStoredBit) != 0) {
        ready_ = block;
        return {};
      }
      return unpack(block, into, direct);
    }

    // Into `into` when a block of any size fits there, else into a buffer of our own.
    sdk::Status unpack(sdk::Bytes block, sdk::MutableBytes into, std::size_t& direct) {
      const bool fits = into.size >= max_block_bytes_;
      if (!fits && capacity_ < max_block_bytes_) {
        block_ = std::make_unique_for_overwrite<std::uint8_t[]>(max_block_bytes_);
        capacity_ = max_block_bytes_;
      }
      std::uint8_t* to = fits ? into.data : block_.get();
      const int size = LZ4_decompress_safe(chars(block.data), chars(to), static_cast<int>(block.size), static_cast<int>(max_block_bytes_));
      if (size < 0) return sdk::Status::corrupt("an lz4 block does not decompress");
      if (fits) {
        direct = static_cast<std::size_t>(size);
      } else {
        ready_ = {to, static_cast<std::size_t>(size)};
      }
      return {};
    }

    sdk::Bytes rest_;
    sdk::Bytes ready_;  // decompressed, not yet handed out
    std::unique_ptr<std::uint8_t[]> block_;
    std::size_t capacity_ = 0;
    std::size_t max_block_bytes_ = 0;
    bool block_checksum_ = false;
    bool ended_ = true;
  };

 private:
  std::int32_t level_;
  ContextPool<Packer> packers_;
};

}  // namespace
}  // namespace barnabas::codec

BARNABAS_PLUGIN(Codec, barnabas::codec::Lz4, "lz4", "1.0.0", "Compression type lz4: frames of independent blocks.")
