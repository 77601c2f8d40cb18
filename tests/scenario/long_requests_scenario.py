#!/usr/bin/env python3
"""A request that takes long is served in pieces, and everybody else between them; nothing of it is lost when its sender goes."""
import gzip
import select
import socket
import struct
import time
import unittest

from harness.batch import batch, record
from harness.broker import Broker
from harness.groups import delete_topic
from harness.wire import (API_VERSIONS, LIST_OFFSETS, PRODUCE, Connection, Reader, array, create_topic, frame, header, i8, i16, i32, i64, octets, produce,
                          string)

DESCRIBE_CONFIGS = 32
PARTITIONS = 20


def slow_produce(acks=1):
    """A record of a megabyte for each partition, which is small on its way: about a millisecond each."""
    payload = gzip.compress(record(value=b"\0" * 1000000))
    parts = [i32(partition) + octets(batch(payload=payload, attributes=1, count=1)) for partition in range(PARTITIONS)]
    return frame(header(PRODUCE, 7) + string(None) + i16(acks) + i32(10000) + array([string("t") + array(parts)]))


def append_one(connection):
    """(base offset, time of the append) of one record for the topic of times."""
    records = batch([record(value=b"x")])
    body = string(None) + i16(1) + i32(10000) + array([string("times") + array([i32(0) + octets(records)])])
    connection.send(frame(header(PRODUCE, 7) + body))
    return produced(connection, with_time=True)[0][1:]


def slow_batch(acks=1, topic="t"):
    """One record of 20 MiB, for one partition: gzip takes some twenty milliseconds for it."""
    payload = gzip.compress(record(value=b"\0" * (20 << 20)))
    return frame(header(PRODUCE, 7) + string(None) + i16(acks) + i32(10000) +
                 array([string(topic) + array([i32(0) + octets(batch(payload=payload, attributes=1, count=1))])]))


def produced(connection, with_time=False):
    """[(error, base offset)] by partition, of the next answer, and the time of the append when it is asked for."""
    reply = Reader(connection.receive())
    reply.i32()

    def one_partition():
        # Error messages came with version 8.
        result = (reply.i32(), reply.i16(), reply.i64(), reply.i64(), reply.i64())
        return result[1:4] if with_time else result[1:3]
    return reply.array(lambda: (reply.string(), reply.array(one_partition)))[0][1]


def end_offsets(connection):
    body = i32(-1) + array([string("t") + array([i32(partition) + i64(-1) for partition in range(PARTITIONS)])])
    reply = connection.ask(LIST_OFFSETS, 1, body)
    return reply.array(lambda: (reply.string(), reply.array(lambda: (reply.i32(), reply.i16(), reply.i64(), reply.i64())[3])))[0][1]


class LongRequests(unittest.TestCase):
    def begin(self, deployment, *overrides):
        broker = self.broker = Broker(deployment, ["/node/loops=1", *overrides]).start()
        self.addCleanup(broker.stop)
        self.long, self.other = Connection(broker), Connection(broker)
        self.addCleanup(self.long.socket.close)
        self.addCleanup(self.other.socket.close)
        self.assertEqual(create_topic(self.other, "t", PARTITIONS)[0], 0)

    def show_who_takes_long(self):
        """One long request alone may have been the machine's."""
        for offset in (0, 1):
            self.long.send(slow_produce())
            self.assertEqual(produced(self.long), [(0, offset)] * PARTITIONS)

    def others_served_meanwhile(self, request):
        """How many requests of another client were answered between a long request and its answer."""
        self.long.send(request)
        count = 0
        while not select.select([self.long.socket], [], [], 0)[0]:
            self.assertIsNotNone(self.other.ask(API_VERSIONS, 0, b""))
            count += 1
        return count

    def test_configs_of_thousands_of_topics(self):
        self.begin("memory")
        request = frame(header(DESCRIBE_CONFIGS, 1) + array([i8(2) + string("t") + array(None)] * 3000) + i8(0))
        # In one piece, one could be served before it and one behind it.
        self.assertGreater(self.others_served_meanwhile(request), 4)
        reply = Reader(self.long.receive())
        reply.i32(), reply.i32()
        self.assertEqual(reply.i32(), 3000)
        self.assertGreater(len(reply.data), 3000 * 1000)

    def test_times_of_many_partitions(self):
        self.begin("memory")
        partitions = [i32(index) + i64(-1) for index in range(100_000)]
        request = frame(header(LIST_OFFSETS, 1) + i32(-1) + array([string(f"t{n}") + array(partitions[n::100]) for n in range(100)]))
        self.assertGreater(self.others_served_meanwhile(request), 4)
        reply = Reader(self.long.receive())
        self.assertEqual((reply.i32(), reply.i32()), (1, 100))

    def test_a_million_names_of_configs_of_one_topic(self):
        self.begin("memory")
        names = array([string("no.such.key")] * 1000000 + [string("retention.ms")] * 2 + [string("segment.bytes")])
        request = frame(header(DESCRIBE_CONFIGS, 1) + array([i8(2) + string("t") + names]) + i8(0))
        self.assertGreater(self.others_served_meanwhile(request), 4)
        reply = Reader(self.long.receive())
        self.assertEqual([reply.i32() for _ in range(3)], [1, 0, 1])
        error, _, _, _, count = reply.i16(), reply.string(), reply.i8(), reply.string(), reply.i32()
        self.assertEqual((error, count, reply.string()), (0, 2, "retention.ms"))

    def test_records_for_many_partitions(self):
        self.begin("memory")
        self.show_who_takes_long()
        self.assertGreater(self.others_served_meanwhile(slow_produce()), 4)
        self.assertEqual(produced(self.long), [(0, 2)] * PARTITIONS)
        self.assertEqual(end_offsets(self.other), [3] * PARTITIONS)

    def test_one_batch_also_of_a_stranger(self):
        self.begin("memory")
        for offset in range(4):
            self.assertGreater(self.others_served_meanwhile(slow_batch()), 4)
            self.assertEqual(produced(self.long), [(0, offset)])
        self.assertEqual(end_offsets(self.other)[0], 4)

    def test_batches_of_several_are_not_mixed(self):
        """Each keeps what is half validated, while others begin, go on and leave."""
        self.begin("memory")
        several = [Connection(self.broker) for _ in range(5)]
        for one in several:
            self.addCleanup(one.socket.close)
        for _ in range(3):
            for one in several:
                one.send(slow_batch())
            leaving = Connection(self.broker)
            leaving.send(slow_batch())
            for _ in range(5):
                self.assertEqual(produce(self.other, "t", batch([record(value=b"x"), record(value=b"y")]), partition=1)[0], 0)
            leaving.socket.close()
            for one in several:
                self.assertEqual(produced(one)[0][0], 0)
        self.assertEqual(end_offsets(self.other)[1], 30)
        self.assertIn(end_offsets(self.other)[0], range(15, 19))

    def test_many_partitions_behind_a_long_one_cost_no_memory(self):
        """What is answered of a topic is made once, however many pieces it takes."""
        self.begin("memory")
        bomb = octets(batch(payload=gzip.compress(record(value=b"\0" * (20 << 20))), attributes=1, count=1))
        parts = [i32(0) + bomb] + [i32(0) + octets(b"")] * 20000
        self.long.send(frame(header(PRODUCE, 7) + string(None) + i16(1) + i32(10000) + array([string("t") + array(parts)])))
        self.assertEqual([error for error, _ in produced(self.long)[:2]], [0, 87])
        self.assertLess(self.broker.peak_kib(), 100 << 10)

    def test_times_of_appends_do_not_go_back(self):
        self.begin("memory")
        self.assertEqual(create_topic(self.other, "times", 1, configs=[("message.timestamp.type", "LogAppendTime")])[0], 0)
        self.long.send(slow_batch(topic="times"))
        appended = []
        while not select.select([self.long.socket], [], [], 0)[0]:
            appended.append(append_one(self.other))
        appended.append(produced(self.long, with_time=True)[0][1:])
        appended.append(append_one(self.other))
        self.assertGreater(len(appended), 6)
        times = [time for _, time in sorted(appended)]
        self.assertEqual(times, sorted(times))

    def test_a_topic_that_goes_amid_a_batch(self):
        self.begin("memory")
        self.long.send(slow_batch())
        self.assertEqual(delete_topic(self.other, "t"), 0)
        self.assertIn(produced(self.long)[0][0], (0, 3))
        self.assertEqual(create_topic(self.other, "t", PARTITIONS)[0], 0)
        self.assertGreater(self.others_served_meanwhile(slow_batch()), 4)
        self.assertEqual(produced(self.long), [(0, 0)])

    def test_records_that_wait_for_the_device_behind_their_pieces(self):
        self.begin("single", "/storage/config/flush=ack")
        self.show_who_takes_long()
        self.assertGreater(self.others_served_meanwhile(slow_produce(acks=-1)), 4)
        self.assertEqual(produced(self.long), [(0, 2)] * PARTITIONS)

    def test_requests_of_one_connection_are_answered_in_their_order(self):
        self.begin("memory")
        self.show_who_takes_long()
        for _ in range(3):
            self.long.send(slow_produce() + frame(header(API_VERSIONS, 0, 77)))
        for offset in (2, 3, 4):
            self.assertEqual(produced(self.long), [(0, offset)] * PARTITIONS)
            self.assertEqual(Reader(self.long.receive()).i32(), 77)

    def test_who_sends_and_goes_has_sent_all_of_it(self):
        self.begin("memory")
        self.show_who_takes_long()
        self.long.send(slow_produce(acks=0))
        for _ in range(2):  # behind these the broker has it
            self.other.ask(API_VERSIONS, 0, b"")
        self.long.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
        self.long.socket.close()
        until = time.monotonic() + 20
        while end_offsets(self.other) != [3] * PARTITIONS:
            self.assertLess(time.monotonic(), until, end_offsets(self.other))


if __name__ == "__main__":
    unittest.main()
