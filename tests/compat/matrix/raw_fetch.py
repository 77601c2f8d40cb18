"""Fetches the batches of partition 0 as they are stored, over a plain socket: no client library between us and the bytes."""
import socket
import struct

from .jobs import IDLE_SECONDS, Failure

FETCH, VERSION = 1, 11  # the last version with plain strings and arrays; it is allowed to see zstd
MAX_BYTES = 8 << 20
BATCH_END, LAST_OFFSET_DELTA = struct.Struct(">qi"), struct.Struct(">i")


def string(text):
    return struct.pack(">h", len(text)) + text.encode()


def request(topic, offset):
    header = struct.pack(">hhi", FETCH, VERSION, 1) + string("compat-raw")
    session_less = struct.pack(">iiiibii", -1, 500, 1, MAX_BYTES, 0, 0, -1)
    partition = struct.pack(">iiqqi", 0, -1, offset, -1, MAX_BYTES)
    body = session_less + struct.pack(">i", 1) + string(topic) + struct.pack(">i", 1) + partition + struct.pack(">i", 0) + string("")
    return struct.pack(">i", len(header + body)) + header + body


def receive(connection, size):
    parts, missing = [], size
    while missing:
        part = connection.recv(min(missing, 1 << 20))
        if not part:
            raise Failure("the broker closed the connection on a raw Fetch")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def records_of(response, topic):
    """The bytes of the only partition: correlation, throttle, error, session, then one topic with one partition."""
    _, _, error, _, topics = struct.unpack_from(">iihii", response)
    if error or topics != 1:
        raise Failure(f"raw Fetch of {topic} answered error {error} and {topics} topics")
    at = 18 + 2 + struct.unpack_from(">h", response, 18)[0]
    _, _, error, _, _, _, aborted = struct.unpack_from(">iihqqqi", response, at)
    if error:
        raise Failure(f"raw Fetch of {topic} answered error {error} for the partition")
    at += 38 + 16 * max(aborted, 0) + 4
    size = struct.unpack_from(">i", response, at)[0]
    return response[at + 4:at + 4 + max(size, 0)]


def whole_batches(data):
    """The whole batches at the front of `data`, and the offset after them."""
    position, after = 0, None
    while position + 27 <= len(data):
        base, length = BATCH_END.unpack_from(data, position)
        if position + 12 + length > len(data):
            break
        after = base + LAST_OFFSET_DELTA.unpack_from(data, position + 23)[0] + 1
        position += 12 + length
    return data[:position], after


def fetch_all(bootstrap, topic, records):
    host, _, port = bootstrap.rpartition(":")
    parts, offset = [], 0
    try:
        with socket.create_connection((host, int(port)), timeout=IDLE_SECONDS) as connection:
            while offset < records:
                connection.sendall(request(topic, offset))
                size = struct.unpack(">i", receive(connection, 4))[0]
                part, after = whole_batches(records_of(receive(connection, size), topic))
                if after is None or after <= offset:
                    break
                parts.append(part)
                offset = after
    except OSError as error:
        raise Failure(f"raw Fetch of {topic}: {error}") from None
    return b"".join(parts)
