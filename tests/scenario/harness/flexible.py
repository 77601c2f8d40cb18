"""The compact encoding of newer request versions (KIP-482), with no tagged field in it."""
import struct

from .wire import frame, header, uvarint

TAGS = b"\0"


def text(value):
    return uvarint(0) if value is None else uvarint(len(value.encode()) + 1) + value.encode()


def octets(value):
    return uvarint(0) if value is None else uvarint(len(value) + 1) + value


def array(items):
    return uvarint(0) if items is None else uvarint(len(items) + 1) + b"".join(items)


class FlexibleReader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        size = struct.calcsize(form)
        self.at += size
        return struct.unpack(form, self.data[self.at - size:self.at])[0]

    def i8(self): return self.take(">b")
    def i16(self): return self.take(">h")
    def i32(self): return self.take(">i")
    def i64(self): return self.take(">q")

    def uvarint(self):
        value = shift = 0
        while True:
            octet = self.data[self.at]
            self.at += 1
            value |= (octet & 127) << shift
            shift += 7
            if octet < 128:
                return value

    def raw(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def octets(self):
        size = self.uvarint()
        return None if size == 0 else self.raw(size - 1)

    def text(self):
        value = self.octets()
        return None if value is None else value.decode()

    def array(self, item):
        """Items are structs, each with its tags."""
        size = self.uvarint()
        return None if size == 0 else [self.struct(item) for _ in range(size - 1)]

    def values(self, item):
        size = self.uvarint()
        return None if size == 0 else [item() for _ in range(size - 1)]

    def struct(self, item):
        value = item()
        self.tags()
        return value

    def tags(self):
        for _ in range(self.uvarint()):
            self.uvarint()
            self.raw(self.uvarint())


def ask(connection, key, version, body, client="test"):
    """One flexible request; a reader behind the header, or None when the connection was closed."""
    connection.correlation += 1
    connection.send(frame(header(key, version, connection.correlation, client, flexible=True) + body + TAGS))
    data = connection.receive()
    if data is None:
        return None
    reader = FlexibleReader(data)
    assert reader.i32() == connection.correlation
    reader.tags()
    return reader
