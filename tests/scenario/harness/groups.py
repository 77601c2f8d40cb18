"""Groups over the raw protocol, in the old, plain versions of the requests."""
import time

from .wire import Reader, array, frame, header, i8, i16, i32, i64, octets, string, uvarint

(OFFSET_COMMIT, OFFSET_FETCH, FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT, LEAVE_GROUP, SYNC_GROUP, DESCRIBE_GROUPS, LIST_GROUPS, DELETE_GROUPS,
 OFFSET_DELETE, DELETE_TOPICS) = 8, 9, 10, 11, 12, 13, 14, 15, 16, 42, 47, 20
COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR, REBALANCE_IN_PROGRESS, UNKNOWN_TOPIC = 14, 15, 16, 27, 3
GROUP, TRANSACTION = 0, 1  # kinds of coordinators


def find_coordinator(connection, key, version=1, kind=GROUP):
    """(error, node id, host, port)"""
    reply = connection.ask(FIND_COORDINATOR, version, string(key) + (i8(kind) if version >= 1 else b""))
    if version >= 1:
        reply.i32()
    error = reply.i16()
    if version >= 1:
        reply.string()
    return error, reply.i32(), reply.string(), reply.i32()


def ready(connection, group, timeout_s=30):
    """Waits until the group's coordinator is there and has loaded."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = find_coordinator(connection, group)
        if found[0] == 0 and describe(connection, group)[0] not in (COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.02)  # polls another process's state; there is nothing else to wait on


def all_ready(connection):
    """Waits for the coordinators of all groups: a group's partition of __consumer_offsets, of which there are 50 or less, is loaded by itself, on the loop
    that has it."""
    for number in range(50):
        ready(connection, chr(ord("A") + number))  # a text of one character is its own hash


def commit(connection, group, offsets, topic="t", generation=-1, member="", metadata=""):
    """OffsetCommit v2; `offsets`: {partition: offset}. {partition: error}"""
    reply = connection.ask(OFFSET_COMMIT, 2, commit_body(group, offsets, topic, generation, member, metadata))
    return dict(reply.array(lambda: (reply.string(), reply.array(lambda: (reply.i32(), reply.i16()))))[0][1])


def commit_body(group, offsets, topic="t", generation=-1, member="", metadata=""):
    partitions = [i32(p) + i64(offset) + string(metadata) for p, offset in offsets.items()]
    return string(group) + i32(generation) + string(member) + i64(-1) + array([string(topic) + array(partitions)])


def commit_frame(group, offsets, correlation):
    return frame(header(OFFSET_COMMIT, 2, correlation) + commit_body(group, offsets))


def committed(connection, group, partitions=(0,), topic="t", version=2):
    """OffsetFetch v1 to v5: (error, {(topic, partition): (offset, metadata, error)}). `partitions` None: all that there are."""
    topics = None if partitions is None else [string(topic) + array([i32(p) for p in partitions])]
    reply = connection.ask(OFFSET_FETCH, version, string(group) + array(topics))
    if version >= 3:
        reply.i32()
    found = {}

    def one_topic():
        name = reply.string()

        def one_partition():
            partition, offset = reply.i32(), reply.i64()
            if version >= 5:
                reply.i32()
            found[name, partition] = offset, reply.string(), reply.i16()
        reply.array(one_partition)
    reply.array(one_topic)
    return (reply.i16() if version >= 2 else 0), found


def describe(connection, group):
    """DescribeGroups v0: (error, state, protocol type, protocol, [(member id, assignment)])"""
    reply = connection.ask(DESCRIBE_GROUPS, 0, array([string(group)]))

    def one():
        error = reply.i16()
        reply.string()
        state, kind, protocol = reply.string(), reply.string(), reply.string()

        def member():
            name = reply.string()
            reply.string(), reply.string(), reply.octets()
            return name, reply.octets()
        return error, state, kind, protocol, reply.array(member)
    return reply.array(one)[0]


def list_groups(connection):
    """ListGroups v0: (error, {group: protocol type})"""
    reply = connection.ask(LIST_GROUPS, 0, b"")
    return reply.i16(), dict(reply.array(lambda: (reply.string(), reply.string())))


def delete_group(connection, group):
    reply = connection.ask(DELETE_GROUPS, 0, array([string(group)]))
    reply.i32()
    return reply.array(lambda: (reply.string(), reply.i16()))[0][1]


def delete_offset(connection, group, topic, partition):
    """(error, partition's error)"""
    reply = connection.ask(OFFSET_DELETE, 0, string(group) + array([string(topic) + array([i32(partition)])]))
    error = reply.i16()
    reply.i32()
    topics = reply.array(lambda: (reply.string(), reply.array(lambda: (reply.i32(), reply.i16()))))
    return error, topics[0][1][0][1] if topics else None


def delete_topic(connection, topic):
    reply = connection.ask(DELETE_TOPICS, 1, array([string(topic)]) + i32(10000))
    reply.i32()
    return reply.array(lambda: (reply.string(), reply.i16()))[0][1]


def fetch_of_groups(connection, groups, topic="t", partition=0, topic_id=None):
    """OffsetFetch v8, or v10 when `topic_id` is given (b"" for all topics): {group: (error, [(topic or id, partition, offset, error)])}"""
    def text(value):
        return uvarint(len(value) + 1) + value.encode()
    body = uvarint(len(groups) + 1)
    version = 8 if topic_id is None else 10
    for group in groups:
        body += text(group) + (uvarint(0) + i32(-1) if version >= 9 else b"")
        if topic_id == b"":
            body += uvarint(0) + b"\0"
            continue
        body += uvarint(2) + (text(topic) if topic_id is None else topic_id) + uvarint(2) + i32(partition) + b"\0" + b"\0"
    connection.correlation += 1
    connection.send(frame(header(OFFSET_FETCH, version, connection.correlation, flexible=True) + body + i8(0) + b"\0"))
    return read_groups(Reader(connection.receive()), version)


def commit_by_id(connection, group, topic_id, offset, partition=0):
    """OffsetCommit v10 of one partition; its error."""
    body = (uvarint(len(group) + 1) + group.encode() + i32(-1) + uvarint(1) + uvarint(0) + uvarint(2) + topic_id + uvarint(2)
            + i32(partition) + i64(offset) + i32(-1) + uvarint(1) + b"\0" + b"\0" + b"\0")
    connection.correlation += 1
    connection.send(frame(header(OFFSET_COMMIT, 10, connection.correlation, flexible=True) + body))
    reply = Reader(connection.receive())
    reply.i32(), reply.i8(), reply.i32()
    assert (reply.i8(), reply.raw(16), reply.i8(), reply.i32()) == (2, topic_id, 2, partition)
    return reply.i16()


def read_groups(reply, version):
    def compact():
        return reply.raw(reply.i8() - 1)

    def items(one):
        return [one() for _ in range(reply.i8() - 1)]

    def end(value):
        assert reply.i8() == 0
        return value

    def one_partition():
        partition, offset = reply.i32(), reply.i64()
        reply.i32(), compact()
        return end((partition, offset, reply.i16()))

    def one_topic():
        name = compact().decode() if version < 10 else reply.raw(16)
        return end([(name, *partition) for partition in items(one_partition)])

    def one_group():
        name, topics = compact().decode(), items(one_topic)
        return end((name, (reply.i16(), [partition for topic in topics for partition in topic])))
    reply.i32(), reply.i8(), reply.i32()
    return dict(items(one_group))


class Member:
    """A member of a classic group that does what it is told. JoinGroup v5, SyncGroup v3, Heartbeat v3, LeaveGroup v2."""

    def __init__(self, connection, group, instance=None, session_ms=10000):
        self.connection, self.group, self.instance, self.session_ms = connection, group, instance, session_ms
        self.id, self.generation, self.members, self.leader = "", -1, [], ""

    def send_join(self):
        self.connection.correlation += 1
        body = (string(self.group) + i32(self.session_ms) + i32(30000) + string(self.id) + string(self.instance) + string("consumer")
                + array([string("range") + octets(b"subscription")]))
        self.connection.send(frame(header(JOIN_GROUP, 5, self.connection.correlation) + body))

    def receive_join(self):
        reply = Reader(self.connection.receive())
        reply.i32(), reply.i32()
        error, self.generation = reply.i16(), reply.i32()
        reply.string()
        self.leader, self.id = reply.string(), reply.string()
        self.members = reply.array(lambda: (reply.string(), reply.string(), reply.octets()))
        return error

    def join(self):
        self.send_join()
        error = self.receive_join()
        if error == 79:  # MEMBER_ID_REQUIRED: once more, with the id that it was given
            self.send_join()
            error = self.receive_join()
        return error

    def sync(self, assignments=None):
        """(error, assignment); `assignments` {member id: octets} of a leader."""
        body = (string(self.group) + i32(self.generation) + string(self.id) + string(self.instance)
                + array([string(name) + octets(value) for name, value in (assignments or {}).items()]))
        reply = self.connection.ask(SYNC_GROUP, 3, body)
        reply.i32()
        return reply.i16(), reply.octets()

    def heartbeat(self):
        reply = self.connection.ask(HEARTBEAT, 3, string(self.group) + i32(self.generation) + string(self.id) + string(self.instance))
        reply.i32()
        return reply.i16()

    def leave(self):
        reply = self.connection.ask(LEAVE_GROUP, 2, string(self.group) + string(self.id))
        reply.i32()
        return reply.i16()
