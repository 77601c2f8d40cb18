"""A client that never tries again: so what it asks is done, refused, or unknown for ever. It produces, several requests at once, some of them
damaged; fetches along, commits for a group of its own, and asks for the committed offsets of all groups.

It speaks the protocol itself, on one connection at a time. Threads: its own.
"""
import socket
import struct
import time

from harness.batch import batch, record
from harness.groups import commit_body, committed
from harness.wire import FETCH, PRODUCE, Connection, Reader, array, frame, header, i8, i16, i32, i64, octets, string
from record_history import identify, payload
from record_load import PARTITIONS, TOPIC, Worker

AT_ONCE = 4  # produce requests
EVERY_S = 0.01
ANSWER_S = 20
GROUP = "raw"
OFFSET_COMMIT = 8
NOT_DONE = {2, 3, 10, 87}  # errors that are found before anything is appended: corrupt, unknown topic, too large, invalid record
DAMAGED_EVERY = 25


def records_of(data):
    """[(offset, value)] of what a fetch brought; the last batch may be cut short. Uncompressed ones only."""
    out, at = [], 0
    while len(data) - at >= 61:
        base, size = struct.unpack_from(">qi", data, at)
        if len(data) - at < size + 12:
            break
        count, place = struct.unpack_from(">i", data, at + 57)[0], at + 61
        for _ in range(count):
            length, place = varint(data, place)
            end = place + length
            _, place = varint(data, place + 1)  # attributes, timestamp
            delta, place = varint(data, place)
            key, place = varint(data, place)
            value, place = varint(data, place + max(key, 0))
            out.append((base + delta, data[place:place + value]))
            place = end
        at += size + 12
    return out


def varint(data, at):
    """(value, where it ends)"""
    number = shift = 0
    while True:
        octet = data[at]
        number, shift, at = number | (octet & 127) << shift, shift + 7, at + 1
        if octet < 128:
            return number >> 1 ^ -(number & 1), at


class RawClient(Worker):
    def __init__(self, load, name, groups):
        super().__init__(load, name)
        self.group, self.groups = GROUP + load.suffix, [*groups, GROUP + load.suffix]
        self.connection, self.number, self.rounds = None, 0, 0
        self.places = {p: 0 for p in range(PARTITIONS)}
        self.note("ok", "assign", at=[[p, 0] for p in range(PARTITIONS)])

    def step(self):
        life, began = self.load.life, time.monotonic()
        try:
            if self.connection is None:
                self.connection = Connection(self.load, ANSWER_S)
                self.connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            kept = self.produce()
            there = self.fetch()
            if kept and there and self.commit() and self.ask_committed():
                self.served = life
        except (OSError, AttributeError):  # the connection is gone, perhaps before an answer that was asked for
            self.drop()
        time.sleep(max(0, EVERY_S - (time.monotonic() - began)))  # the pace of the load

    def drop(self):
        if self.connection is not None:
            self.connection.socket.close()
        self.connection = None

    def end(self):
        self.drop()

    def produce(self):
        """True when everything that was sound was acknowledged."""
        asked, out = [], b""
        for _ in range(AT_ONCE):
            number, self.number = self.number, self.number + 1
            partition, (data, total) = number % PARTITIONS, payload(self.name, number)
            is_damaged = number % DAMAGED_EVERY == 0
            records = batch([record(0, None, data)], now_ms=int(time.time() * 1000), **({"crc": 1} if is_damaged else {}))
            self.note("invoke", "send", p=partition, n=number, s=total)
            self.connection.correlation += 1
            asked.append((partition, number, is_damaged))
            out += frame(header(PRODUCE, 7, self.connection.correlation) + string(None) + i16(-1) + i32(10000)
                         + array([string(TOPIC) + array([i32(partition) + octets(records)])]))
        answers = []
        try:
            self.connection.send(out)
            for partition, number, _ in asked:
                answers.append(self.answer(partition, number))
        finally:
            for partition, number, _ in asked[len(answers):]:
                self.note("unknown", "send", p=partition, n=number, why="no answer")
        return all(kept or is_damaged for kept, (_, _, is_damaged) in zip(answers, asked))

    def answer(self, partition, number):
        """True when the record was acknowledged."""
        data = self.connection.receive()
        if data is None:
            raise ConnectionError
        reply = Reader(data)
        reply.i32()
        error, offset = reply.array(lambda: (reply.string(), reply.array(lambda: (reply.i32(), reply.i16(), reply.i64(), reply.i64(), reply.i64())[1:3])))[0][1][0]
        if error == 0:
            self.note("ok", "send", p=partition, n=number, o=offset)
        else:
            self.note("fail" if error in NOT_DONE else "unknown", "send", p=partition, n=number, why=error)
        return error == 0

    def fetch(self):
        """True when all partitions answered."""
        body = (i32(-1) + i32(0) + i32(1) + i32(1 << 20) + i8(0) + i32(0) + i32(-1)
                + array([string(TOPIC) + array([i32(p) + i64(place) + i64(-1) + i32(1 << 18) for p, place in self.places.items()])]) + array([]))
        reply = self.connection.ask(FETCH, 7, body)
        reply.i32(), reply.i16(), reply.i32()

        def one():
            partition, error, mark = reply.i32(), reply.i16(), reply.i64()
            reply.i64(), reply.i64(), reply.array(lambda: (reply.i64(), reply.i64()))
            return partition, error, mark, reply.octets()
        answers = [answer for topic in reply.array(lambda: (reply.string(), reply.array(one))) for answer in topic[1]]
        for partition, error, mark, data in answers:
            if error:
                continue
            self.note("ok", "mark", p=partition, hw=mark)
            entries = [[offset, *identify(value)] for offset, value in records_of(data or b"") if offset >= self.places[partition]]
            if entries:
                self.note("ok", "read", p=partition, r=entries)
                self.places[partition] = entries[-1][0] + 1
        return all(error == 0 for _, error, _, _ in answers)

    def commit(self):
        """True when it was acknowledged."""
        at = [[p, place] for p, place in self.places.items()]
        self.note("invoke", "commit", g=self.group, at=at)
        reply = self.connection.ask(OFFSET_COMMIT, 2, commit_body(self.group, self.places, TOPIC))
        if reply is None:
            self.note("unknown", "commit", g=self.group, at=[], why="no answer")
            raise ConnectionError
        errors = dict(reply.array(lambda: (reply.string(), reply.array(lambda: (reply.i32(), reply.i16()))))[0][1])
        kept = [[p, place] for p, place in at if errors[p] == 0]
        if kept:
            self.note("ok", "commit", g=self.group, at=kept)
        return len(kept) == len(at)

    def ask_committed(self):
        """Of one group a time, but of all when the broker has just started. True when all were told."""
        first = self.served < self.load.life
        self.rounds += 1
        told = [ask_committed(self.load.recorder, self.name, self.connection, group)
                for group in (self.groups if first else [self.groups[self.rounds % len(self.groups)]])]
        return all(told)


def ask_committed(recorder, name, connection, group):
    """What is committed, {partition: offset}; none while the coordinator loads."""
    recorder.note(name, "invoke", "committed", g=group, at=[[p, -1] for p in range(PARTITIONS)])
    error, found = committed(connection, group, range(PARTITIONS), TOPIC)
    if error or any(one[2] for one in found.values()):
        recorder.note(name, "fail", "committed", g=group, why=error or [one[2] for one in found.values()])
        return None
    told = {partition: offset for (_, partition), (offset, _, _) in found.items()}
    recorder.note(name, "ok", "committed", g=group, at=[[p, offset] for p, offset in told.items()])
    return told
