"""What the broker stored: every batch must carry the producer's codec and identity, and together all records without a gap."""
import struct

from .raw_fetch import fetch_all

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
# base offset, length, leader epoch, magic, crc, attributes, last offset delta, base and max time, producer id, epoch, base sequence, records
HEADER = struct.Struct(">qiibIhiqqqhii")
BEFORE_LENGTH_ENDS = 12
LOG_APPEND_TIME, TRANSACTIONAL, CONTROL = 0x08, 0x10, 0x20
# Some clients send a batch plain when compressing does not make it smaller, which can only happen to the leftovers of a topic.
MAY_STAY_PLAIN = 512


def why_wrong(data, codec, records):
    """None when the batches in `data` (what a segment holds) are as they should be."""
    position = offset = compressed = 0
    while position < len(data):
        if len(data) - position < HEADER.size:
            return f"{len(data) - position} bytes at the end are no batch"
        (base, length, _, magic, _, attributes, delta, _, _, producer, _, sequence, count) = HEADER.unpack_from(data, position)
        size = BEFORE_LENGTH_ENDS + length
        at = f"the batch at byte {position} (offset {base})"
        if length < HEADER.size - BEFORE_LENGTH_ENDS or position + size > len(data):
            return f"{at} claims {length} bytes"
        if magic != 2:
            return f"{at} has magic {magic}"
        if base != offset or delta + 1 != count:
            return f"{at} should start at {offset} and holds {count} records up to +{delta}"
        if attributes & (LOG_APPEND_TIME | TRANSACTIONAL | CONTROL):
            return f"{at} has attributes {attributes:#x}"
        if producer < 0 or sequence < 0:
            return f"{at} has producer id {producer} and sequence {sequence}, not those of an idempotent producer"
        stored = CODECS[attributes & 7] if attributes & 7 < len(CODECS) else f"codec {attributes & 7}"
        if stored != codec and not (stored == "none" and size <= MAY_STAY_PLAIN):
            return f"{at} is stored as {stored} instead of {codec}"
        compressed += stored == codec
        position, offset = position + size, offset + count
    if offset != records:
        return f"{offset} records are stored instead of {records}"
    return None if compressed else f"no batch is stored as {codec}"


def check(topic, codec, records, bootstrap, broker, storage):
    """Reads segment files where the broker is ours and has them, else asks it for raw batches."""
    if broker and storage == "segment":
        files = broker.segments(topic)
        if not files:
            return f"no segment file of {topic} under {broker.data}"
        return why_wrong(b"".join(file.read_bytes() for file in files), codec, records)
    return why_wrong(fetch_all(bootstrap, topic, records), codec, records)
