"""Our own requests: the history of groups, and the move of their offsets from one store into another."""
from .wire import Reader, frame, header, i8, i32, uvarint

DESCRIBE_GROUP_HISTORY, MOVE_GROUP_OFFSETS = 20000, 20001


class Flexible(Reader):
    def length(self):
        value = shift = 0
        while True:
            octet = self.raw(1)[0]
            value |= (octet & 127) << shift
            shift += 7
            if octet < 128:
                return value - 1

    def text(self):
        size = self.length()
        return None if size < 0 else self.raw(size).decode()

    def items(self, one):
        return [self.end(one()) for _ in range(self.length())]

    def end(self, value=None):
        assert self.i8() == 0  # no tagged fields
        return value


def text(value):
    return uvarint(len(value.encode()) + 1) + value.encode()


def ask(connection, key, body, version=0):
    """A reply behind its header, or None when the connection was closed."""
    connection.correlation += 1
    try:
        connection.send(frame(header(key, version, connection.correlation, flexible=True) + body + b"\0"))
        data = connection.receive()
    except OSError:
        return None
    if data is None:
        return None
    reply = Flexible(data)
    assert reply.i32() == connection.correlation
    reply.end()
    return reply


def move(connection, group, to, validate_only=False, timeout_ms=10000):
    """A dict of what was moved, or None when the connection was closed."""
    reply = ask(connection, MOVE_GROUP_OFFSETS, text(group) + text(to) + i32(timeout_ms) + i8(validate_only))
    if reply is None:
        return None
    reply.i32()
    return {"error": reply.i16(), "message": reply.text(), "from": reply.text(), "to": reply.text(), "durability": (reply.i8(), reply.i8()),
            "offsets": reply.i32(), "records": reply.i32(), "bytes": reply.i64()}


def history(connection, groups):
    """{group: (error, state, [(generation, stable, members before, members after, [cause])])}"""
    reply = ask(connection, DESCRIBE_GROUP_HISTORY, uvarint(len(groups) + 1) + b"".join(map(text, groups)))
    reply.i32()

    def cause():
        what = reply.text(), reply.i64()
        return what[0], reply.text(), reply.text(), reply.text(), reply.text(), reply.text()

    def rebalance():
        generation = reply.i32()
        reply.i64(), reply.i64(), reply.i64()
        stable, before, after = reply.i8() == 1, reply.i32(), reply.i32()
        reply.text(), reply.text()
        causes = reply.items(cause)
        reply.i32()
        return generation, stable, before, after, causes

    def group():
        error, _, name, state = reply.i16(), reply.text(), reply.text(), reply.text()
        return name, (error, state, reply.items(rebalance))
    return dict(reply.items(group))
