"""What a broker acknowledged, sent by a client that never asks twice, and what it has of it now.

A record's value says its number, and the rest of it follows from that: octets that are not the ones which were written are seen.
"""
import random
import struct
import threading

from harness import admin, groups
from harness.batch import batch, crc32c, record
from harness.wire import create_topic, fetch, produce

TOPIC, PARTITIONS, GROUP = "t", 2, "shop"
FIRST_MS = 1700000000000
OFFSET_OUT_OF_RANGE = 1
GAVE_UP = 200  # answers with an error in one reading


def value_of(number):
    return b"%d:" % number + random.Random(number).randbytes(40 + number % 60)


def records_of(octets, first_offset):
    """[(offset, value)] of a batch that is not compressed."""
    at, found = 61, []

    def varint():
        nonlocal at
        shift = result = 0
        while True:
            octet = octets[at]
            at, result, shift = at + 1, result | (octet & 127) << shift, shift + 7
            if octet < 128:
                return (result >> 1) ^ -(result & 1)
    for _ in range(struct.unpack(">i", octets[57:61])[0]):
        end = varint() + at
        at += 1
        varint()
        delta = varint()
        key = max(varint(), 0)
        at += key
        size = varint()
        found.append((first_offset + delta, octets[at:at + size]))
        at = end
    return found


class Reading:
    """All of one partition, as a consumer that checks checksums sees it."""

    def __init__(self, broker, topic, partition, places):
        self.values, self.refused, self.wrong_checksum, self.end = {}, [], [], 0
        connection, offset, places = broker.connect(), 0, sorted(places)
        try:
            self.read(broker, connection, topic, partition, offset, places)
        finally:
            connection.socket.close()

    def read(self, broker, connection, topic, partition, offset, places):
        for _ in range(10000):
            answer = fetch(connection, topic, offset, partition, max_wait_ms=0)
            if answer is None:
                self.refused.append((offset, "connection closed"))
                connection.socket.close()
                connection.socket = broker.connect().socket
            else:
                error, high_watermark, octets = answer[1][0] if answer[1] else (answer[0], -1, b"")
                self.end = max(self.end, high_watermark)
                if error:
                    self.refused.append((offset, error))
                elif not octets:
                    if offset >= self.end:
                        return
                    self.refused.append((offset, "nothing below the high watermark"))
                else:
                    last = self.take(octets, offset)
                    if last >= offset:
                        offset = last + 1
                        continue
                    self.refused.append((offset, "no whole batch"))
            # What is withheld is passed over: to the next record that there should be.
            after = [place for place in places if place > offset]
            if not after or len(self.refused) > GAVE_UP:
                return
            offset = after[0]

    def take(self, octets, asked):
        """The last offset of the whole batches in there."""
        at, last = 0, asked - 1
        while at + 61 <= len(octets):
            base, length = struct.unpack(">qi", octets[at:at + 12])
            if length < 49 or at + 12 + length > len(octets):
                break
            whole = octets[at:at + 12 + length]
            delta = struct.unpack(">i", whole[23:27])[0]
            if crc32c(whole[21:]) != struct.unpack(">I", whole[17:21])[0] or whole[16] != 2:
                self.wrong_checksum.append(base)
                # A client stops here with an error. Whoever goes on skips the batch as far as its header can be believed.
                return max(last, asked)
            for offset, value in records_of(whole, base):
                if offset >= asked:
                    self.values.setdefault(offset, []).append(bytes(value))
            last = max(last, base + delta)
            at += 12 + length
        return last


class History:
    """Acknowledged and attempted, by partition. A topic that was told to go owes nothing."""

    def __init__(self):
        self.number, self.lock = 0, threading.Lock()
        self.acked = {}      # (topic, partition) -> {offset: number}
        self.sent = {}       # (topic, partition) -> {value}
        self.committed = -1  # of the group, acknowledged
        self.asked = -1
        self.topics = {}     # acknowledged to be there -> partitions
        self.missing = 0     # acknowledged records that the last look did not find

    def copy(self):
        twin = History()
        twin.number, twin.committed, twin.asked, twin.topics = self.number, self.committed, self.asked, dict(self.topics)
        twin.acked = {key: dict(value) for key, value in self.acked.items()}
        twin.sent = {key: set(value) for key, value in self.sent.items()}
        return twin

    def take(self, count=1):
        """New numbers of records, for any thread."""
        with self.lock:
            self.number += count
            return range(self.number - count, self.number)

    def count(self):
        return sum(map(len, self.acked.values()))

    def make_topic(self, connection, name=TOPIC, partitions=PARTITIONS, configs=()):
        error, message = create_topic(connection, name, partitions, configs)
        if error == 0:
            self.topics[name] = partitions
        return error, message

    def drop_topic(self, connection, name):
        partitions = self.topics.pop(name)
        for partition in range(partitions):
            self.acked.pop((name, partition), None)
        return admin.delete(connection, name)

    def send(self, connection, topic=TOPIC, partition=0, count=3):
        """One request of one batch: its error, 0, or None when the connection ended, which leaves open whether it is there."""
        numbers = self.take(count)
        values = [value_of(number) for number in numbers]
        self.sent.setdefault((topic, partition), set()).update(values)
        now = FIRST_MS + 10 * numbers[0]
        octets = batch([record(i, None, value) for i, value in enumerate(values)], now_ms=now)
        try:
            answer = produce(connection, topic, octets, partition)
        except TimeoutError:
            return None
        if answer is None:
            return None
        error, base = answer
        if error == 0:
            acked = self.acked.setdefault((topic, partition), {})
            acked.update({base + i: number for i, number in enumerate(numbers)})
        return error

    def commit(self, connection, offset):
        self.asked = max(self.asked, offset)
        reply = groups.commit(connection, GROUP, {0: offset}, TOPIC)
        if reply.get(0) == 0:
            self.committed = max(self.committed, offset)
        return reply.get(0)

    def problems(self, broker, told="", topics=None):
        """What is wrong. Where `told` (what the broker wrote) names a partition, or an answer says so, records of it may be missing;
        what is served is right in any case, and nothing is there twice."""
        found, self.missing = [], 0
        for (topic, partition), acked in sorted(self.acked.items()):
            if topics is not None and topic not in topics:
                continue
            found += self.of_partition(broker, topic, partition, acked, told)
        if self.committed >= 0 and "__consumer_offsets-0" not in told:
            with broker.connect() as connection:
                found += self.of_group(connection)
        return found

    def of_partition(self, broker, topic, partition, acked, told):
        reading = Reading(broker, topic, partition, acked)
        name = f"{topic}-{partition}"
        numbers = {}
        for offset, values in reading.values.items():
            if len(set(values)) > 1:
                yield f"{name}: offset {offset} was served with different values"
            value = values[0]
            if offset in acked and value != value_of(acked[offset]):
                yield f"{name}: offset {offset} was served as {value[:20]!r}, acknowledged was record {acked[offset]}"
            elif value not in self.sent.get((topic, partition), ()):
                yield f"{name}: offset {offset} was served with octets that nobody sent: {value[:20]!r}"
            if numbers.setdefault(value, offset) != offset:
                yield f"{name}: the record at offset {offset} is at offset {numbers[value]} too"
        missing = sorted(offset for offset in acked if offset not in reading.values)
        said = reading.wrong_checksum or any(error != OFFSET_OUT_OF_RANGE for _, error in reading.refused) or name in told
        if missing and not said:
            yield f"{name}: {len(missing)} acknowledged records are missing from offset {missing[0]} on, and nobody says so"
        self.missing += len(missing)

    def of_group(self, connection):
        try:
            groups.ready(connection, GROUP, timeout_s=5)
        except AssertionError:  # its clients are told so
            self.missing += 1
            return
        error, offsets = groups.committed(connection, GROUP, (0,), TOPIC)
        offset = offsets.get((TOPIC, 0), (-1,))[0]
        if error or not self.committed <= offset <= max(self.asked, self.committed):
            yield f"group {GROUP}: committed is {offset} (error {error}), acknowledged was {self.committed}"

    def must_be_whole(self, broker):
        """Of a broker whose disk was not damaged: everything is there, and all partitions are in service."""
        found = self.problems(broker)
        if self.missing:
            found.append(f"{self.missing} acknowledged records are missing")
        with broker.connect() as connection:
            there = admin.metadata(connection)[2]
        for topic, partitions in self.topics.items():
            if topic not in there or len(there[topic][1]) != partitions:
                found.append(f"topic {topic} is not there: {there.get(topic)}")
        found += [f"{topic}-{index} is out of service: error {one[0]}" for topic, (_, all_of_it) in there.items() for index, one in all_of_it.items() if one[0]]
        return found


def control(history, broker):
    """A planted loss and a planted change, which must be found: what went unnoticed."""
    key = next(iter(history.acked))
    lost, changed = history.copy(), history.copy()
    lost.acked[key][max(lost.acked[key]) + 1000] = 0
    changed.acked[key][max(changed.acked[key])] += 1
    return [what for what, planted in (("a planted loss was not found", lost), ("a planted change was not found", changed)) if not planted.must_be_whole(broker)]
