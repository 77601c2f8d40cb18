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
from harness.wire import API_VERSIONS, LIST_OFFSETS, PRODUCE, Connection, Reader, array, create_topic, frame, header, i8, i16, i32, i64, octets, string

DESCRIBE_CONFIGS = 32
PARTITIONS = 20


def slow_produce(acks=1):
    """A record of a megabyte for each partition, which is small on its way: about a millisecond each."""
    payload = gzip.compress(record(value=b"\0" * 1000000))
    parts = [i32(partition) + octets(batch(payload=payload, attributes=1, count=1)) for partition in range(PARTITIONS)]
    return frame(header(PRODUCE, 7) + string(None) + i16(acks) + i32(10000) + array([string("t") + array(parts)]))


def produced(connection):
    """[(error, base offset)] by partition, of the next answer."""
    reply = Reader(connection.receive())
    reply.i32()

    def one_partition():
        result = (reply.i32(), reply.i16(), reply.i64(), reply.i64(), reply.i64())
        return result[1], result[2]
    return reply.array(lambda: (reply.string(), reply.array(one_partition)))[0][1]


def end_offsets(connection):
    body = i32(-1) + array([string("t") + array([i32(partition) + i64(-1) for partition in range(PARTITIONS)])])
    reply = connection.ask(LIST_OFFSETS, 1, body)
    return reply.array(lambda: (reply.string(), reply.array(lambda: (reply.i32(), reply.i16(), reply.i64(), reply.i64())[3])))[0][1]


class LongRequests(unittest.TestCase):
    def begin(self, deployment, *overrides):
        broker = Broker(deployment, ["/node/loops=1", *overrides]).start()
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

    def test_records_for_many_partitions(self):
        self.begin("memory")
        self.show_who_takes_long()
        self.assertGreater(self.others_served_meanwhile(slow_produce()), 4)
        self.assertEqual(produced(self.long), [(0, 2)] * PARTITIONS)
        self.assertEqual(end_offsets(self.other), [3] * PARTITIONS)

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
