#include "fuzz/bombs.h"

namespace barnabas::fuzz {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr std::size_t kMost = 900'000;  // a batch of the default max.message.bytes has room for it

void add(Octets& to, const Octets& octets) { to.insert(to.end(), octets.begin(), octets.end()); }

void add_little(Octets& to, std::uint64_t value, int octets) {
  for (int i = 0; i < octets; ++i) to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

// Deflate's stream of bits, in which codes begin with their highest.
class Bits {
 public:
  explicit Bits(Octets& to) : to_(to) {}
  void code(std::uint32_t code, int bits) {
    while (bits-- != 0) bit(code >> bits & 1);
  }
  void bit(std::uint32_t bit) {
    if (at_ % 8 == 0) to_.push_back(0);
    to_.back() = static_cast<std::uint8_t>(to_.back() | bit << at_++ % 8);
  }

 private:
  Octets& to_;
  std::size_t at_ = 0;
};

}  // namespace

Octets gzip_bomb(const Octets& head) {
  Octets stream{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff};
  Bits bits(stream);
  bits.bit(1);      // the last block,
  bits.code(2, 2);  // with the codes that are fixed
  const auto literal = [&](std::uint8_t octet) { octet < 144 ? bits.code(0x30u + octet, 8) : bits.code(0x190u + octet - 144, 9); };
  for (const std::uint8_t octet : head) literal(octet);
  literal(0);
  while (stream.size() < kMost) {
    bits.code(0xc5, 8);  // 258 octets
    bits.code(0, 5);     // from one octet ago
  }
  return stream;
}

Octets snappy_bomb(const Octets& head) {
  constexpr std::size_t kCopies = kMost / 3;
  constexpr std::size_t kEach = 64;
  Octets stream;
  std::size_t size = head.size() + 1 + kCopies * kEach;
  for (; size >= 0x80; size >>= 7) stream.push_back(static_cast<std::uint8_t>(size | 0x80));
  stream.push_back(static_cast<std::uint8_t>(size));
  stream.push_back(static_cast<std::uint8_t>(head.size() << 2));  // so many literals, less one
  add(stream, head);
  stream.push_back(0);
  for (std::size_t i = 0; i < kCopies; ++i) add(stream, {(kEach - 1) << 2 | 2, 1, 0});
  return stream;
}

Octets lz4_bomb(const Octets& head) {
  constexpr std::size_t kBlock = 4 << 20;
  constexpr std::size_t kTail = 5;  // a block ends with so many literals
  Octets stream{0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73};
  while (stream.size() < kMost - kBlock / 255) {
    const Octets literals = stream.size() < 8 ? head : Octets{};
    Octets block{static_cast<std::uint8_t>((literals.size() + 1) << 4 | 15)};
    add(block, literals);
    add(block, {0, 1, 0});
    std::size_t length = kBlock - kTail - literals.size() - 1 - 4 - 15;
    for (; length >= 255; length -= 255) block.push_back(255);
    block.push_back(static_cast<std::uint8_t>(length));
    block.push_back(kTail << 4);
    add(block, Octets(kTail));
    add_little(stream, block.size(), 4);
    add(stream, block);
  }
  add_little(stream, 0, 4);
  return stream;
}

Octets zstd_bomb(const Octets& head) {
  constexpr std::uint32_t kBlock = 128 << 10;
  constexpr int kBlocks = 8192;
  Octets stream{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x48};  // a window of 512 KiB, the size is not told
  add_little(stream, head.size() << 3, 3);            // as it is
  add(stream, head);
  for (int i = 0; i < kBlocks; ++i) {
    add_little(stream, kBlock << 3 | 1 << 1 | (i + 1 == kBlocks), 3);  // one octet, so many times
    stream.push_back(0);
  }
  return stream;
}

}  // namespace barnabas::fuzz
