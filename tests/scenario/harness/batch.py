"""Record batches v2, right ones and, by overriding any field, wrong ones."""
import struct
import time

NOW_MS = int(time.time() * 1000)  # of records whose time does not matter; one that is long ago would be given up by retention


def _crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


_TABLE = _crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for octet in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ octet) & 0xFF]
    return crc ^ 0xFFFFFFFF


def varint(n):
    n = (n << 1) ^ (n >> 63)
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def field(data):
    return varint(-1) if data is None else varint(len(data)) + data


def record(delta=0, key=b"k", value=b"v", headers=(), timestamp_delta=0, attributes=0):
    body = bytes([attributes]) + varint(timestamp_delta) + varint(delta) + field(key) + field(value) + varint(len(headers))
    body += b"".join(field(k) + field(v) for k, v in headers)
    return varint(len(body)) + body


def batch(records=None, *, payload=None, base_offset=0, magic=2, crc=None, attributes=0, last_delta=None, base_timestamp=None, max_timestamp=None,
          producer_id=-1, producer_epoch=-1, sequence=-1, count=None, length=None, now_ms=NOW_MS):
    """A whole batch. `payload` stands in for the records' octets, for example when they are compressed."""
    if records is None:
        records = [record(0)]
    count = len(records) if count is None else count
    body = struct.pack(">hiqqqhii", attributes, count - 1 if last_delta is None else last_delta, now_ms if base_timestamp is None else base_timestamp,
                       now_ms if max_timestamp is None else max_timestamp, producer_id, producer_epoch, sequence, count)
    body += b"".join(records) if payload is None else payload
    checksum = crc32c(body) if crc is None else crc
    size = 9 + len(body) if length is None else length
    return struct.pack(">qiibI", base_offset, size, -1, magic, checksum) + body
