"""Small octets that inflate to much, for every codec, made by hand: a record of so many MiB of zeros, as good as any other."""
import gzip
import struct

from harness.batch import varint

GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4


def head(mib):
    """The record up to its value. What follows, the value and that there are no headers, is zeros, and of them so many MiB."""
    size = (mib << 20) - 1
    fields = b"\0\0\0" + b"\1" + varint(size)  # no attributes, deltas of 0, no key
    return varint(len(fields) + size + 1) + fields


def gzip_bomb(mib):
    return gzip.compress(head(mib) + b"\0" * (mib << 20), 9)


def zstd_bomb(mib):
    """A block as it is, and blocks of one octet that stands for 128 KiB of it."""
    header = struct.pack("<I", 0xFD2FB528) + bytes([0x00, 0x58])  # no content size, a window of 2 MiB
    count = mib * 8
    first = struct.pack("<I", len(head(mib)) << 3)[:3] + head(mib)
    blocks = b"".join(struct.pack("<I", (128 << 10) << 3 | 1 << 1 | (n == count - 1))[:3] + b"\0" for n in range(count))
    return header + first + blocks


def _xxh32(data):
    """Of fewer than 16 octets, with seed 0."""
    p1, p2, p3, p4, p5 = 2654435761, 2246822519, 3266489917, 668265263, 374761393
    mask = 0xFFFFFFFF
    value = (p5 + len(data)) & mask
    while len(data) >= 4:
        value = (value + struct.unpack("<I", data[:4])[0] * p3) & mask
        value = ((value << 17 | value >> 15) & mask) * p4 & mask
        data = data[4:]
    for octet in data:
        value = (value + octet * p5) & mask
        value = ((value << 11 | value >> 21) & mask) * p1 & mask
    value ^= value >> 15
    value = value * p2 & mask
    value ^= value >> 13
    value = value * p3 & mask
    return value ^ value >> 16


def lz4_bomb(mib):
    """A block as it is, and independent ones of 4 MiB: one literal, and a match with it that goes on."""
    descriptor = bytes([0x60, 0x70])
    inside = (4 << 20) - 1 - 5
    more = inside - 4 - 15
    match = bytes([0x1F, 0, 1, 0]) + b"\xff" * (more // 255) + bytes([more % 255])
    block = match + bytes([0x50]) + b"\0" * 5  # a block ends with literals
    frame = struct.pack("<I", 0x184D2204) + descriptor + bytes([_xxh32(descriptor) >> 8 & 0xFF])
    first = struct.pack("<I", 1 << 31 | len(head(mib))) + head(mib)
    return frame + first + (struct.pack("<I", len(block)) + block) * (mib // 4) + struct.pack("<I", 0)


def snappy_bomb(mib):
    """In the framing of Java's library: a chunk that is a literal, and chunks of 32 KiB, each a literal and copies of it."""
    size = 32 << 10
    copies = (size - 1) // 64
    rest = size - 1 - copies * 64
    raw = b"\x80\x80\x02" + b"\0\0" + b"\xfe\x01\0" * copies + bytes([(rest - 1) << 2 | 2, 1, 0])
    start = head(mib)
    first = bytes([len(start), (len(start) - 1) << 2]) + start
    return b"\x82SNAPPY\0" + struct.pack(">ii", 1, 1) + struct.pack(">i", len(first)) + first + (struct.pack(">i", len(raw)) + raw) * (mib * 32)


BOMBS = {"gzip": (GZIP, gzip_bomb), "snappy": (SNAPPY, snappy_bomb), "lz4": (LZ4, lz4_bomb), "zstd": (ZSTD, zstd_bomb)}
