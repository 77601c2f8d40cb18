"""What every topic holds: record i follows from i alone, in every language (the twins are clients/*/record*).

A record is (key, value, headers); bytes or None, headers a list of (str, bytes or None).
"""
import array
import struct
import zlib
from dataclasses import dataclass

LARGE = 1024


def record(index):
    """Cycles through null, empty and text with lengths 4, 5 and 7, so that every combination occurs within 140 records."""
    key = (None, b"", b"key-%d" % index, b"key-%d" % index)[index % 4]
    kind = index % 5
    if kind == 0:
        value = None
    elif kind == 1:
        value = b""
    elif kind == 2:
        phrase = b"value-%d is one of the long ones and says so again; " % index
        value = (phrase * (LARGE // len(phrase) + 1))[:LARGE]
    else:
        value = ("value-%d žluťoučký kůň" % index).encode()
    return key, value, headers(index)


def headers(index):
    kind = index % 7
    if kind == 1:
        return [("index", b"%d" % index)]
    if kind == 2:
        return [("null", None)]
    if kind == 3:
        return [("empty", b"")]
    if kind == 4:
        return [("twice", b"1"), ("twice", b"2")]
    return []


def field(data):
    return struct.pack(">i", -1) if data is None else struct.pack(">i", len(data)) + data


def digest(record):
    """CRC-32 over lengths (-1 is null) and bytes: it tells null from empty and one header from two."""
    key, value, pairs = record
    parts = [field(key), field(value), struct.pack(">i", len(pairs))]
    for name, content in pairs:
        parts += [field(name.encode()), field(content)]
    return zlib.crc32(b"".join(parts))


def kafka_python_shape(plain, index, count):
    """kafka-python refuses a header without a value, and a record with neither key nor value."""
    key, value, pairs = plain
    if key is None and value is None:
        key = b""
    return key, value, [(name, content or b"") for name, content in pairs]


@dataclass(frozen=True)
class Limits:
    """What a producer cannot say: `shape(record, index, count)` is what it says instead; without `timestamps` the client's clock decides."""
    shape: object = None
    timestamps: bool = True

    def record(self, index, count):
        plain = record(index)
        return self.shape(plain, index, count) if self.shape else plain


def expected_digests(limits, count):
    return array.array("q", (digest(limits.record(i, count)) for i in range(count)))
