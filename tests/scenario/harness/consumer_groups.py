"""Members of KIP-848 groups over the raw protocol, and members of the classic protocol in the same groups."""
import time

from .flexible import TAGS, array, ask, octets, text
from .groups import (DESCRIBE_GROUPS, HEARTBEAT, JOIN_GROUP, LEAVE_GROUP, LIST_GROUPS, OFFSET_COMMIT, OFFSET_FETCH, REBALANCE_IN_PROGRESS,
                     SYNC_GROUP)
from .wire import METADATA, i8, i16, i32, i64

CONSUMER_HEARTBEAT, CONSUMER_DESCRIBE = 68, 69
MEMBER_ID_REQUIRED = 79


def topics_of(connection):
    """{name: id}"""
    reply = ask(connection, METADATA, 12, array(None) + i8(0) + i8(0))
    reply.i32()
    reply.array(lambda: (reply.i32(), reply.text(), reply.i32(), reply.text()))
    reply.text(), reply.i32()

    def partition():
        reply.i16(), reply.i32(), reply.i32(), reply.i32()
        for _ in range(3):
            reply.values(reply.i32)

    def topic():
        reply.i16()
        name, uuid, _, _, _ = reply.text(), reply.raw(16), reply.i8(), reply.array(partition), reply.i32()
        return name, uuid
    return dict(reply.array(topic))


class Talk:
    """Requests of one client; topics by name."""

    def __init__(self, connection):
        self.connection = connection
        self.ids = topics_of(connection)
        self.names = {uuid: name for name, uuid in self.ids.items()}

    def beat(self, group, member, epoch=0, instance=None, rack=None, timeout_ms=-1, topics=None, regex=None, assignor=None, owned=None, version=1):
        """ConsumerGroupHeartbeat; `owned` and the assignment: {topic: [partitions]}, None for what was not said."""
        body = text(group) + text(member) + i32(epoch) + text(instance) + text(rack) + i32(timeout_ms)
        body += array(None if topics is None else [text(topic) for topic in topics])
        body += (text(regex) if version >= 1 else b"") + text(assignor)
        body += array(None if owned is None else [self.ids[t] + array([i32(p) for p in ps]) + TAGS for t, ps in owned.items()])
        reply = ask(self.connection, CONSUMER_HEARTBEAT, version, body)
        reply.i32()
        said = {"error": reply.i16(), "message": reply.text(), "member": reply.text(), "epoch": reply.i32(), "interval": reply.i32(), "assignment": None}
        if reply.i8() >= 0:
            said["assignment"] = dict(sorted(self.partitions(reply, False)))
        return said

    def partitions(self, reply, named):
        def topic():
            uuid = reply.raw(16)
            name = reply.text() if named else self.names.get(uuid, uuid.hex())
            return name, sorted(reply.values(reply.i32))
        return reply.array(topic)

    def describe(self, *groups, version=1, operations=False):
        reply = ask(self.connection, CONSUMER_DESCRIBE, version, array([text(group) for group in groups]) + i8(operations))
        reply.i32()

        def assignment():
            return dict(sorted(reply.struct(lambda: self.partitions(reply, True))))

        def member():
            said = {"member": reply.text(), "instance": reply.text(), "rack": reply.text(), "epoch": reply.i32(), "client": reply.text(), "host": reply.text()}
            said.update(topics=sorted(reply.values(reply.text)), regex=reply.text(), assignment=assignment(), target=assignment())
            return said | ({"type": reply.i8()} if version >= 1 else {})

        def group():
            said = {"error": reply.i16(), "message": reply.text(), "group": reply.text(), "state": reply.text(), "epoch": reply.i32(),
                    "assignment_epoch": reply.i32(), "assignor": reply.text()}
            members = sorted(reply.array(member), key=lambda one: (one["client"], one["topics"], one["member"]))
            return said | {"members": members, "operations": reply.i32()}
        return sorted(reply.array(group), key=lambda one: one["group"])

    def join(self, group, member="", topics=("orders",), kind="consumer", protocol="range", owned=(), generation=-1, version=9, metadata=None):
        """JoinGroup with a subscription of version 3; {error, generation, protocol, leader, member, members}"""
        if metadata is None:
            metadata = i16(3) + i32(len(topics)) + b"".join(i16(len(t)) + t.encode() for t in topics) + i32(-1)
            metadata += i32(len(owned)) + b"".join(i16(len(t)) + t.encode() + i32(len(ps)) + b"".join(map(i32, ps)) for t, ps in owned) + i32(generation) + i16(-1)
        body = text(group) + i32(30_000) + i32(30_000) + text(member) + text(None) + text(kind) + array([text(protocol) + octets(metadata) + TAGS]) + text(None)
        reply = ask(self.connection, JOIN_GROUP, version, body)
        reply.i32()
        said = {"error": reply.i16(), "generation": reply.i32(), "type": reply.text(), "protocol": reply.text(), "leader": reply.text()}
        reply.i8()
        return said | {"member": reply.text(), "members": len(reply.array(lambda: (reply.text(), reply.text(), reply.octets())))}

    def sync(self, group, member, generation, protocol="range", assignments=()):
        """SyncGroup; {error, assignment}: {topic: [partitions]}"""
        body = text(group) + i32(generation) + text(member) + text(None) + text("consumer") + text(protocol)
        reply = ask(self.connection, SYNC_GROUP, 5, body + array([text(m) + octets(a) + TAGS for m, a in assignments]))
        reply.i32()
        error, _, _, assignment = reply.i16(), reply.text(), reply.text(), reply.octets()
        return {"error": error, "assignment": read_assignment(assignment)}

    def classic_beat(self, group, member, generation):
        reply = ask(self.connection, HEARTBEAT, 4, text(group) + i32(generation) + text(member) + text(None))
        reply.i32()
        return reply.i16()

    def leave(self, group, member):
        reply = ask(self.connection, LEAVE_GROUP, 5, text(group) + array([text(member) + text(None) + text(None) + TAGS]))
        reply.i32()
        return reply.i16(), [error for _, _, error in reply.array(lambda: (reply.text(), reply.text(), reply.i16()))]

    def commit(self, group, member, epoch, offset, topic="orders", partition=0, version=10):
        """OffsetCommit v8 on; the partition's error."""
        name = self.ids[topic] if version >= 10 else text(topic)
        body = text(group) + i32(epoch) + text(member) + text(None)
        body += array([name + array([i32(partition) + i64(offset) + i32(-1) + text("") + TAGS]) + TAGS])
        reply = ask(self.connection, OFFSET_COMMIT, version, body)
        reply.i32()

        def one_topic():
            reply.raw(16) if version >= 10 else reply.text()
            return reply.array(lambda: (reply.i32(), reply.i16()))
        return reply.array(one_topic)[0][0][1]

    def fetch(self, group, member, epoch, topic="orders", partition=0, version=10):
        """OffsetFetch v9 on; (group's error, offset)"""
        name = self.ids[topic] if version >= 10 else text(topic)
        reply = ask(self.connection, OFFSET_FETCH, version, array([text(group) + text(member) + i32(epoch) + array([name + array([i32(partition)]) + TAGS]) + TAGS]) + i8(0))
        reply.i32()

        def one_group():
            def one_topic():
                reply.raw(16) if version >= 10 else reply.text()
                return reply.array(lambda: (reply.i32(), reply.i64(), reply.i32(), reply.text(), reply.i16()))
            reply.text()
            topics = reply.array(one_topic)
            return reply.i16(), topics[0][0][1] if topics else None
        return reply.array(one_group)[0]

    def describe_classic(self, group, version=6):
        """DescribeGroups: (error, message, state, protocol type)"""
        reply = ask(self.connection, DESCRIBE_GROUPS, version, array([text(group)]) + i8(0))
        reply.i32()
        error, message = reply.uvarint() and reply.i16(), reply.text() if version >= 6 else None
        reply.text()
        return error, message, reply.text(), reply.text()

    def list(self, states=(), types=()):
        reply = ask(self.connection, LIST_GROUPS, 5, array([text(s) for s in states]) + array([text(t) for t in types]))
        reply.i32(), reply.i16()
        return sorted(reply.array(lambda: (reply.text(), reply.text(), reply.text(), reply.text())))


def read_assignment(data):
    """Of the consumer protocol: {topic: [partitions]}"""
    if not data:
        return None
    at, topics = 6, {}
    for _ in range(int.from_bytes(data[2:6], "big", signed=True)):
        size = int.from_bytes(data[at:at + 2], "big")
        name, at = data[at + 2:at + 2 + size].decode(), at + 2 + size
        count, at = int.from_bytes(data[at:at + 4], "big"), at + 4
        topics[name], at = sorted(int.from_bytes(data[at + 4 * i:at + 4 * i + 4], "big") for i in range(count)), at + 4 * count
    return dict(sorted(topics.items()))


class Member:
    """A member that goes along with what it is told: what it has is what it was given last."""

    def __init__(self, talk, group, name, **joining):
        self.talk, self.group, self.name, self.joining = talk, group, name, joining
        self.epoch, self.owned = 0, {}

    def join(self):
        return self.take(self.talk.beat(self.group, self.name, 0, timeout_ms=30_000, owned={}, **self.joining))

    def beat(self, **more):
        return self.take(self.talk.beat(self.group, self.name, self.epoch, owned=self.owned, **more))

    def take(self, said):
        if said["error"] == 0:
            self.epoch = said["epoch"]
            if said["assignment"] is not None:
                self.owned = said["assignment"]
        return said

    def leave(self, epoch=-1, **more):
        return self.talk.beat(self.group, self.name, epoch, **more)


class ClassicMember:
    """A member of the classic protocol with an eager assignor: it gives everything up before it joins again. As a leader it is alone."""

    def __init__(self, talk, group, topics=("orders",)):
        self.talk, self.group, self.topics = talk, group, topics
        self.name, self.epoch, self.owned = "", -1, {}

    def join(self):
        said = self.talk.join(self.group, self.name, self.topics)
        if said["error"] == MEMBER_ID_REQUIRED:
            self.name = said["member"]
            said = self.talk.join(self.group, self.name, self.topics)
        if said["error"] == 0:
            self.epoch, self.owned = said["generation"], {}
        return said

    def sync(self, assignment=None):
        said = self.talk.sync(self.group, self.name, self.epoch, assignments=[] if assignment is None else [(self.name, assignment)])
        if said["error"] == 0:
            self.owned = said["assignment"] or {}
        return said

    def beat(self):
        error = self.talk.classic_beat(self.group, self.name, self.epoch)
        if error == REBALANCE_IN_PROGRESS:
            error = self.join()["error"] or self.sync()["error"]
        return {"error": 0 if error == REBALANCE_IN_PROGRESS else error}

    def leave(self):
        return self.talk.leave(self.group, self.name)


def assignment_of(topics):
    """Of the consumer protocol, in version 3."""
    return (i16(3) + i32(len(topics)) + b"".join(i16(len(t)) + t.encode() + i32(len(ps)) + b"".join(map(i32, ps)) for t, ps in topics.items())
            + i32(-1))


def settle(*members, until=None, timeout_s=30):
    """All beat until `until(owned of each)`, or, without it, until nothing has changed for 1.5 s; what each has then."""
    deadline = time.monotonic() + timeout_s
    same_since, before = time.monotonic(), None
    while True:
        for member in members:
            said = member.beat()
            assert said["error"] == 0, (member.name, said)
        now = [(member.epoch, member.owned) for member in members]
        if now != before:
            same_since, before = time.monotonic(), now
        if until(*[owned for _, owned in now]) if until else time.monotonic() - same_since > 1.5:
            return {member.name.lstrip("A") if member.name.startswith("AAAA") else "classic": member.owned for member in members}
        assert time.monotonic() < deadline, now
        time.sleep(0.02)  # the next heartbeat; the broker answers each at once
