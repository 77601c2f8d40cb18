"""What brokers and an ensemble say of the cluster, asked directly: Metadata, who leads the metadata log, a topic's settings, and znodes.

Each question has a connection of its own and a deadline; no answer is None.
"""
import dataclasses
import json
import pathlib
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scenario"))
from harness.flexible import TAGS, array, ask, text  # noqa: E402  (the path above comes first)
from harness.wire import METADATA, Connection, i8, i32, i64, string  # noqa: E402
from harness.wire import array as plain_array  # noqa: E402

FETCH, DELETE_TOPICS, DESCRIBE_CONFIGS, ALTER_CONFIGS, TOPIC = 1, 20, 32, 44, 2
NOT_LEADER, FENCED_EPOCH = 6, 74
LEADER_TAG = 1
WITHIN_S = 2
NO_ANSWER = (OSError, AttributeError, struct.error, IndexError)


def asked(broker, question, timeout_s=WITHIN_S):
    try:
        with Connection(broker, timeout_s) as connection:
            return question(connection)
    except NO_ANSWER:
        return None


@dataclasses.dataclass
class View:
    """Metadata as one broker tells it."""

    brokers: tuple
    controller: int
    topics: dict  # name -> (id, {partition: (error, leader, leader epoch)})

    def difference(self, other):
        if self.brokers != other.brokers or self.controller != other.controller:
            return f"brokers {self.brokers} of {self.controller}, and {other.brokers} of {other.controller}"
        for name in sorted(self.topics.keys() | other.topics.keys()):
            if self.topics.get(name) != other.topics.get(name):
                return f"topic {name} is {self.topics.get(name)}, and {other.topics.get(name)}"
        return None

    def unfinished(self, brokers):
        """Why this is not yet the state without faults."""
        if self.brokers != tuple(brokers):
            return f"there are brokers {self.brokers}"
        if self.controller not in brokers:
            return f"the controller is {self.controller}"
        return next((f"partition {name}-{p} has leader {leader}, error {error}" for name, (_, partitions) in self.topics.items()
                     for p, (error, leader, _) in partitions.items() if error or leader < 0), None)


def view(broker, timeout_s=WITHIN_S):
    """Metadata v12 of all topics."""
    def question(connection):
        reply = ask(connection, METADATA, 12, b"\0" + i8(0) + i8(0))
        reply.i32()
        brokers = reply.array(lambda: (reply.i32(), reply.text(), reply.i32(), reply.text())[0])
        reply.text()
        controller = reply.i32()

        def partition():
            error, number, leader, epoch = reply.take(">h"), reply.i32(), reply.i32(), reply.i32()
            for _ in range(3):
                reply.values(reply.i32)
            return number, (error, leader, epoch)

        def topic():
            reply.take(">h")
            name, identity, _ = reply.text(), reply.raw(16), reply.i8()
            partitions = reply.array(partition)
            reply.i32()
            return name, (identity.hex(), dict(partitions))
        return View(tuple(sorted(brokers)), controller, dict(reply.array(topic)))
    return asked(broker, question, timeout_s)


def leadership(broker, timeout_s=WITHIN_S):
    """Who leads the metadata log in which epoch, and whether the broker says so of itself: (leader, epoch, claims)."""
    def question(connection):
        partition = i32(0) + i32(0) + i64(0) + i32(0) + i64(-1) + i32(1024)
        body = (i32(-1) + i32(0) + i32(0) + i32(1024) + i8(0) + i32(0) + i32(-1)
                + array([text("__cluster_metadata") + array([partition + TAGS]) + TAGS]) + array([]) + text(""))
        reply = ask(connection, FETCH, 12, body)
        reply.i32(), reply.take(">h"), reply.i32()
        found = []

        def one():
            reply.i32()
            error = reply.take(">h")
            reply.raw(24)
            reply.array(lambda: (reply.i64(), reply.i64()))
            reply.i32(), reply.octets()
            leader, epoch = -1, -1
            for _ in range(reply.uvarint()):
                tag, size = reply.uvarint(), reply.uvarint()
                value = reply.raw(size)
                if tag == LEADER_TAG:
                    leader, epoch = struct.unpack(">ii", value[:8])
            found.append((leader, epoch, error == FENCED_EPOCH))
        for _ in range(reply.uvarint() - 1):
            reply.text()
            for _ in range(reply.uvarint() - 1):
                one()
            reply.tags()
        return found[0]
    return asked(broker, question, timeout_s)


def delete_topic(connection, name):
    """DeleteTopics v3: the error."""
    reply = connection.ask(DELETE_TOPICS, 3, plain_array([string(name)]) + i32(10000))
    reply.i32()
    return reply.array(lambda: (reply.string(), reply.i16()))[0][1]


def alter_config(connection, topic, key, value):
    """IncrementalAlterConfigs v0, set: the error."""
    reply = connection.ask(ALTER_CONFIGS, 0, plain_array([i8(TOPIC) + string(topic) + plain_array([string(key) + i8(0) + string(value)])]) + i8(0))
    reply.i32()
    return reply.array(lambda: (reply.i16(), reply.string(), reply.i8(), reply.string()))[0][0]


def config(broker, topic, key):
    """DescribeConfigs v1: the value, or none."""
    def question(connection):
        reply = connection.ask(DESCRIBE_CONFIGS, 1, plain_array([i8(TOPIC) + string(topic) + plain_array([string(key)])]) + i8(0))
        reply.i32()
        return reply.array(lambda: (reply.i16(), reply.string(), reply.i8(), reply.string(),
                                    reply.array(lambda: (reply.string(), reply.string(), reply.i8(), reply.i8(), reply.i8(),
                                                         reply.array(lambda: (reply.string(), reply.string(), reply.i8()))))))[0]
    found = asked(broker, question)
    return None if found is None or found[0] or not found[4] else found[4][0][1]


class Znodes:
    """A session of ZooKeeper's own protocol, for looking and for planting."""

    DELETE, GET, SET = 2, 4, 5

    def __init__(self, port, timeout_s=WITHIN_S):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout_s)
        self.exchange(i32(0) + i64(0) + i32(10000) + i64(0) + i32(16) + bytes(16))
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def exchange(self, request):
        self.socket.sendall(i32(len(request)) + request)
        return self.take(struct.unpack(">i", self.take(4))[0])

    def take(self, size):
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise ConnectionError
            data += part
        return data

    def ask(self, kind, path, more):
        self.number += 1
        answer = self.exchange(i32(self.number) + i32(kind) + i32(len(path)) + path.encode() + more)
        return struct.unpack(">iqi", answer[:16])[2], answer[16:]

    def get(self, path):
        """(data, the transaction that made it), or none."""
        error, body = self.ask(self.GET, path, i8(0))
        if error:
            return None
        size = struct.unpack(">i", body[:4])[0]
        return body[4:4 + size].decode(), struct.unpack(">q", body[4 + size:12 + size])[0]

    def set(self, path, data):
        return self.ask(self.SET, path, i32(len(data)) + data.encode() + i32(-1))[0]

    def delete(self, path):
        return self.ask(self.DELETE, path, i32(-1))[0]

    def controller(self):
        """(epoch, broker, the transaction that put it in office), or none where the office is empty or changes hands just now."""
        before, office, after = self.get("/controller_epoch"), self.get("/controller"), self.get("/controller_epoch")
        if not before or not office or before != after:
            return None
        return int(before[0]), json.loads(office[0])["brokerid"], office[1]
