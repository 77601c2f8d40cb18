"""A raw protocol client: enough of the old, plain request versions to say anything, right or wrong."""
import socket
import struct

PRODUCE, FETCH, LIST_OFFSETS, METADATA, API_VERSIONS, CREATE_TOPICS = 0, 1, 2, 3, 18, 19


def i8(n): return struct.pack(">b", n)
def i16(n): return struct.pack(">h", n)
def i32(n): return struct.pack(">i", n)
def i64(n): return struct.pack(">q", n)


def string(text):
    return i16(-1) if text is None else i16(len(text.encode())) + text.encode()


def octets(data):
    return i32(-1) if data is None else i32(len(data)) + data


def array(items):
    return i32(-1) if items is None else i32(len(items)) + b"".join(items)


def uvarint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def header(key, version, correlation=1, client="test", flexible=False):
    return struct.pack(">hhi", key, version, correlation) + string(client) + (b"\0" if flexible else b"")


def frame(data):
    return i32(len(data)) + data


class Reader:
    """Takes a reply apart, field by field."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        size = struct.calcsize(form)
        values = struct.unpack(form, self.data[self.at:self.at + size])
        self.at += size
        return values[0] if len(values) == 1 else values

    def i8(self): return self.take(">b")
    def i16(self): return self.take(">h")
    def i32(self): return self.take(">i")
    def i64(self): return self.take(">q")

    def string(self):
        size = self.i16()
        return None if size < 0 else self.raw(size).decode()

    def octets(self):
        size = self.i32()
        return None if size < 0 else self.raw(size)

    def raw(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def array(self, item):
        return [item() for _ in range(self.i32())]


class Connection:
    def __init__(self, broker, timeout_s=20):
        self.socket = socket.create_connection(("127.0.0.1", broker.port), timeout_s)
        self.correlation = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive_exactly(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                return None
            data += part
        return data

    def receive(self):
        """The next frame, or None when the connection was closed."""
        try:
            size = self.receive_exactly(4)
            return None if size is None else self.receive_exactly(struct.unpack(">i", size)[0])
        except ConnectionError:
            return None

    def ask(self, key, version, body, client="test"):
        """One request with a plain header; a Reader behind the correlation id, or None when the connection was closed."""
        self.correlation += 1
        try:
            self.send(frame(header(key, version, self.correlation, client) + body))
        except ConnectionError:
            return None
        data = self.receive()
        if data is None:
            return None
        reply = Reader(data)
        assert reply.i32() == self.correlation
        return reply

    def is_closed(self):
        """True when the broker ends the connection without another word."""
        return self.receive() is None


def create_topic(connection, name, partitions=1, configs=(), assignments=(), replication=1):
    """CreateTopics v2; returns (error, message)."""
    topic = (string(name) + i32(partitions) + i16(replication)
             + array([i32(p) + array([i32(r) for r in replicas]) for p, replicas in assignments])
             + array([string(k) + string(v) for k, v in configs]))
    reply = connection.ask(CREATE_TOPICS, 2, array([topic]) + i32(10000) + i8(0))
    reply.i32()
    return reply.array(lambda: (reply.string(), reply.i16(), reply.string()))[0][1:]


def produce(connection, topic, records, partition=0, acks=-1, version=7):
    """Produce v3-v8; returns (error, base offset), from v8 on (error, base offset, [(batch index, sentence)], sentence); None when the connection was closed."""
    body = string(None) + i16(acks) + i32(10000) + array([string(topic) + array([i32(partition) + octets(records)])])
    if acks == 0:
        connection.send(frame(header(PRODUCE, version) + body))
        return None
    reply = connection.ask(PRODUCE, version, body)
    if reply is None:
        return None

    def one_partition():
        result = (reply.i32(), reply.i16(), reply.i64(), reply.i64())
        if version >= 5:
            reply.i64()
        if version < 8:
            return result[1], result[2]
        return result[1], result[2], reply.array(lambda: (reply.i32(), reply.string())), reply.string()
    return reply.array(lambda: (reply.string(), reply.array(one_partition)))[0][1][0]


def fetch(connection, topic, offset=0, partition=0, max_wait_ms=0, max_bytes=1 << 20, partition_max_bytes=1 << 20, session=(0, -1), version=7):
    """Fetch v7; returns (top error, [(error, high watermark, records)])."""
    body = (i32(-1) + i32(max_wait_ms) + i32(1) + i32(max_bytes) + i8(0) + i32(session[0]) + i32(session[1])
            + array([string(topic) + array([i32(partition) + i64(offset) + i64(-1) + i32(partition_max_bytes)])]) + array([]))
    reply = connection.ask(FETCH, version, body)
    if reply is None:
        return None
    reply.i32()
    error, _ = reply.i16(), reply.i32()

    def one_partition():
        reply.i32()
        code, high_watermark = reply.i16(), reply.i64()
        reply.i64(), reply.i64()
        reply.array(lambda: (reply.i64(), reply.i64()))
        return code, high_watermark, reply.octets()
    topics = reply.array(lambda: (reply.string(), reply.array(one_partition)))
    return error, [p for t in topics for p in t[1]]
