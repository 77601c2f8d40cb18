#!/usr/bin/env python3
"""Bad input against a live broker: the right answer, and the broker goes on serving its other clients."""
import gzip
import struct
import unittest

from harness.batch import batch, record, varint
from harness.broker import Broker
from harness.wire import (API_VERSIONS, CREATE_TOPICS, FETCH, LIST_OFFSETS, METADATA, PRODUCE, Connection, array, create_topic, fetch, frame, header, i8,
                          i16, i32, i64, octets, produce, string, uvarint)

CORRUPT_MESSAGE, UNKNOWN_TOPIC, MESSAGE_TOO_LARGE, INVALID_TOPIC = 2, 3, 10, 17
INVALID_REQUIRED_ACKS, UNSUPPORTED_VERSION, TOPIC_EXISTS, INVALID_PARTITIONS = 21, 35, 36, 37
INVALID_REPLICATION, INVALID_ASSIGNMENT, INVALID_CONFIG, INVALID_REQUEST = 38, 39, 40, 42
OUT_OF_RANGE, SESSION_NOT_FOUND, UNSUPPORTED_COMPRESSION, INVALID_RECORD, INVALID_TIMESTAMP = 1, 70, 76, 87, 32


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker("memory").start()
        with Connection(cls.broker) as good:
            assert create_topic(good, "t")[0] == 0

    @classmethod
    def tearDownClass(cls):
        cls.broker.stop()

    def setUp(self):
        self.bystander = Connection(self.broker)  # another client, connected before the bad input comes

    def tearDown(self):
        error, _ = produce(self.bystander, "t", batch())
        self.assertEqual(error, 0, "another client is not served any more")
        self.bystander.socket.close()
        self.assertIsNone(self.broker.process.poll(), self.broker.output())

    def closes(self, data):
        with Connection(self.broker) as connection:
            connection.send(data)
            self.assertTrue(connection.is_closed())

    def test_frame_sizes(self):
        for size in (-1, -2**31, 100 * 2**20 + 1, 2**31 - 1, 0x16030100):
            with self.subTest(size=size):
                self.closes(i32(size))

    def test_headers(self):
        for name, data in {"empty": b"", "cut": b"\0\x12\0", "no client id": b"\0\x12\0\0\0\0\0\1", "client id beyond the frame": struct.pack(">hhih", 18, 0, 1, 300),
                           "negative length": struct.pack(">hhih", 18, 0, 1, -5), "unknown key": header(32767, 0), "negative key": header(-1, 0),
                           "negative version": header(METADATA, -1), "version too high": header(METADATA, 99)}.items():
            with self.subTest(name):
                self.closes(frame(data))

    def test_unknown_version_of_api_versions(self):
        with Connection(self.broker) as connection:
            for _ in range(2):  # the connection stays usable
                reply = connection.ask(API_VERSIONS, 99, b"")
                self.assertEqual(reply.i16(), UNSUPPORTED_VERSION)
                self.assertEqual([k for k, _, _ in reply.array(lambda: (reply.i16(), reply.i16(), reply.i16()))], [API_VERSIONS])

    def test_illegal_client_software_name(self):
        for name in (b"", b"-x", b"a b", b"x-", b"\xff"):
            with self.subTest(name=name), Connection(self.broker) as connection:
                connection.send(frame(header(API_VERSIONS, 3, flexible=True) + uvarint(len(name) + 1) + name + uvarint(2) + b"1" + b"\0"))
                reply = connection.receive()
                self.assertEqual(struct.unpack(">ih", reply[:6]), (1, INVALID_REQUEST))

    def test_lying_lengths(self):
        for name, body in {"null where none may be": i32(-2), "a billion topics": i32(2**30), "most topics": i32(2**31 - 1), "string beyond the frame": i32(1) + i16(5000),
                           "negative string": i32(1) + i16(-9), "cut": i32(3) + string("t")}.items():
            with self.subTest(name):
                self.closes(frame(header(METADATA, 1) + body))

    def test_lying_compact_lengths_and_tags(self):
        good = uvarint(2) + uvarint(2) + b"t" + b"\0"
        for name, body in {"varint too long": b"\xff" * 6, "array beyond the frame": uvarint(2**31), "string beyond the frame": uvarint(2) + uvarint(9000),
                           "null topic name": uvarint(2) + b"\0", "tag beyond the frame": good + b"\1\1\0" + uvarint(2) + uvarint(100) + uvarint(5000),
                           "tag twice": good + b"\1\1\0" + uvarint(2) + b"\x64\0\x64\0", "tags out of order": good + b"\1\1\0" + uvarint(2) + b"\x65\0\x64\0"}.items():
            with self.subTest(name):
                self.closes(frame(header(METADATA, 9, flexible=True) + body))

    def test_unknown_tag_is_skipped(self):
        with Connection(self.broker) as connection:
            connection.send(frame(header(METADATA, 9, flexible=True) + uvarint(2) + uvarint(2) + b"t" + b"\0" + b"\1\0\0" + uvarint(1) + b"\x64\2ab"))
            self.assertIn(b"t", connection.receive())

    def test_trailing_octets_are_passed_over(self):
        """librdkafka before 1.4 begins every connection with such a request."""
        with Connection(self.broker) as connection:
            connection.send(frame(header(API_VERSIONS, 0) + b"\0\0\0\0") + frame(header(METADATA, 1) + i32(0) + b"more"))
            self.assertEqual(connection.receive()[4:6], i16(0))
            self.assertTrue(connection.receive())

    def test_pipelined_requests_are_answered_in_order(self):
        with Connection(self.broker) as connection:
            connection.send(b"".join(frame(header(API_VERSIONS, 0, n)) for n in range(500)))
            self.assertEqual([struct.unpack(">i", connection.receive()[:4])[0] for _ in range(500)], list(range(500)))

    def refuses(self, expected, records, **more):
        with Connection(self.broker) as connection:
            answer = produce(connection, "t", records, **more)
            self.assertIsNotNone(answer, "the connection was closed")
            self.assertEqual(answer, (expected, -1))

    def test_broken_batches(self):
        good = batch()
        for name, expected, data in (
                ("length below the header", CORRUPT_MESSAGE, batch(length=10)), ("length beyond the data", CORRUPT_MESSAGE, batch(length=5000)),
                ("cut", CORRUPT_MESSAGE, good[:-1]), ("a wrong crc", CORRUPT_MESSAGE, batch(crc=1)), ("a flipped bit", CORRUPT_MESSAGE, good[:-1] + bytes([good[-1] ^ 1])),
                ("two batches", INVALID_RECORD, good + good), ("no batch", INVALID_RECORD, b""), ("null", INVALID_RECORD, None),
                ("count and last offset differ", INVALID_RECORD, batch(last_delta=3)), ("no records", INVALID_RECORD, batch([], count=0)),
                ("negative count", INVALID_RECORD, batch(count=-1)), ("a record less than said", INVALID_RECORD, batch([record(0)], count=2)),
                ("a record more than said", INVALID_RECORD, batch([record(0), record(1)], count=1)),
                ("record length lies", INVALID_RECORD, batch(payload=varint(50) + b"\0" * 5, count=1)),
                ("record length is negative", INVALID_RECORD, batch(payload=varint(-3) + b"\0" * 5, count=1)),
                ("null header key", INVALID_RECORD, batch([record(headers=[(None, b"x")])])),
                ("a million headers", INVALID_RECORD, batch(payload=varint(9) + b"\0\0\0" + varint(-1) + varint(-1) + varint(1000000) + b"\0", count=1)),
                ("a control batch", INVALID_RECORD, batch(attributes=0x20)),
                ("a producer without a sequence", INVALID_RECORD, batch(producer_id=7, producer_epoch=0)), ("a base offset", INVALID_RECORD, batch(base_offset=5)),
                ("from next year", INVALID_TIMESTAMP, batch(now_ms=4000000000000))):
            with self.subTest(name):
                self.refuses(expected, data)

    def test_time_is_the_brokers_to_say(self):
        with Connection(self.broker) as connection:
            self.assertEqual(create_topic(connection, "append-time", configs=[("message.timestamp.type", "LogAppendTime")])[0], 0)
            self.assertEqual(produce(connection, "append-time", batch(attributes=8)), (INVALID_TIMESTAMP, -1))
            self.assertEqual(produce(connection, "append-time", batch(attributes=8), version=8),
                             (INVALID_TIMESTAMP, -1, [(0, "Invalid timestamp type in message with offset 0. Producer should not set timestamp type to LogAppendTime.")],
                              "One or more records have been rejected due to invalid timestamp"))
            self.assertEqual(produce(connection, "append-time", batch(), version=8), (0, 0, [], None))

    def test_offsets_with_gaps_are_numbered_anew(self):
        with Connection(self.broker) as connection:
            self.assertEqual(create_topic(connection, "gaps")[0], 0)
            self.assertEqual(produce(connection, "gaps", batch([record(0), record(5)])), (0, 0))
            self.assertEqual(produce(connection, "gaps", batch()), (0, 2))

    def test_codecs_and_sizes(self):
        self.refuses(MESSAGE_TOO_LARGE, batch([record(value=b"x" * 1100000)]))
        self.refuses(UNSUPPORTED_COMPRESSION, batch(attributes=4), version=6)  # zstd is for version 7 on
        for codec in (5, 6, 7):
            self.refuses(UNSUPPORTED_COMPRESSION, batch(attributes=codec))
        for codec in (1, 2, 3, 4):
            with self.subTest(codec=codec), Connection(self.broker) as connection:
                self.assertIn(produce(connection, "t", batch(payload=b"this is no compressed stream", attributes=codec))[0], (CORRUPT_MESSAGE, INVALID_RECORD))

    def test_decompression_bomb(self):
        bomb = gzip.compress(varint(2**30) + b"\0" * (256 * 2**20), 9)
        before = self.broker.rss_kib()
        with Connection(self.broker, 60) as connection:
            self.assertIn(produce(connection, "t", batch(payload=bomb, attributes=1, count=1))[0], (INVALID_RECORD, MESSAGE_TOO_LARGE, CORRUPT_MESSAGE))
        self.assertLess(self.broker.rss_kib() - before, 16 * 1024)

    def test_acks(self):
        self.refuses(INVALID_REQUIRED_ACKS, batch(), acks=7)
        with Connection(self.broker) as connection:  # nobody reads an answer to acks=0, so an error closes
            produce(connection, "t", batch(crc=1), acks=0)
            self.assertTrue(connection.is_closed())

    def test_fetches_that_make_no_sense(self):
        with Connection(self.broker) as connection:
            self.assertEqual(fetch(connection, "t", partition=-1)[1][0][0], UNKNOWN_TOPIC)
            self.assertEqual(fetch(connection, "nowhere")[1][0][0], UNKNOWN_TOPIC)
            self.assertEqual(fetch(connection, "t", offset=-5)[1][0][0], OUT_OF_RANGE)
            self.assertEqual(fetch(connection, "t", offset=10**9)[1][0][0], OUT_OF_RANGE)
            self.assertEqual(fetch(connection, "t", session=(12345, 3))[0], SESSION_NOT_FOUND)
            self.assertEqual(fetch(connection, "t", max_bytes=-1, partition_max_bytes=-1, max_wait_ms=-1)[1][0][0], 0)

    def test_a_hundred_thousand_partitions_in_one_fetch(self):
        parts = array([i32(n) + i64(0) + i64(-1) + i32(1000) for n in range(1, 100001)])
        with Connection(self.broker, 60) as connection:
            reply = connection.ask(FETCH, 7, i32(-1) + i32(0) + i32(1) + i32(1000) + i8(0) + i32(0) + i32(-1) + array([string("t") + parts]) + array([]))
            self.assertTrue(reply is None or len(reply.data) > 100000)

    def test_topic_names(self):
        with Connection(self.broker) as connection:
            for name in ("", ".", "..", "/", "../etc", "a b", "x" * 250, "nul\0", "é"):
                with self.subTest(name=name):
                    self.assertEqual(create_topic(connection, name)[0], INVALID_TOPIC)
            self.assertEqual(create_topic(connection, "a.b")[0], 0)
            self.assertEqual(create_topic(connection, "a_b")[0], INVALID_TOPIC)
            self.assertEqual(create_topic(connection, "t")[0], TOPIC_EXISTS)

    def test_topics_that_are_too_much(self):
        with Connection(self.broker) as connection:
            self.assertNotEqual(create_topic(connection, "big", partitions=2**31 - 1)[0], 0)
            self.assertEqual(create_topic(connection, "none", partitions=0)[0], INVALID_PARTITIONS)
            self.assertEqual(create_topic(connection, "minus", partitions=-5)[0], INVALID_PARTITIONS)
            self.assertEqual(create_topic(connection, "copies", replication=5)[0], INVALID_REPLICATION)
            self.assertEqual(create_topic(connection, "twice", -1, replication=-1, assignments=[(0, [1, 1])])[0], INVALID_ASSIGNMENT)
            self.assertEqual(create_topic(connection, "gap", -1, replication=-1, assignments=[(0, [1]), (2, [1])])[0], INVALID_ASSIGNMENT)
            self.assertEqual(create_topic(connection, "conf", configs=[("no.such.key", "1")])[0], INVALID_CONFIG)
            self.assertEqual(create_topic(connection, "conf", configs=[("retention.ms", "soon")])[0], INVALID_CONFIG)
            topic = string("dup") + i32(1) + i16(1) + array([]) + array([])
            reply = connection.ask(CREATE_TOPICS, 2, array([topic, topic]) + i32(1000) + i8(0))
            reply.i32()
            self.assertEqual({e for _, e, _ in reply.array(lambda: (reply.string(), reply.i16(), reply.string()))}, {INVALID_REQUEST})

    def test_list_offsets_of_the_same_partition_twice(self):
        with Connection(self.broker) as connection:
            part = i32(0) + i64(-1)
            reply = connection.ask(LIST_OFFSETS, 1, i32(-1) + array([string("t") + array([part, part])]))
            topics = reply.array(lambda: (reply.string(), reply.array(lambda: (reply.i32(), reply.i16(), reply.i64(), reply.i64()))))
            self.assertEqual({p[1] for p in topics[0][1]}, {INVALID_REQUEST})

    def test_list_offsets_of_the_same_partition_in_several_topics(self):
        """Each would be a search of its own: a few octets, again and again."""
        with Connection(self.broker) as connection:
            for version, partition, answer in ((1, lambda p: i32(p) + i64(-1), ">ihqq"), (0, lambda p: i32(p) + i64(-1) + i32(1), None)):
                asked = [string("t") + array([partition(0)]), string("never") + array([partition(0), partition(7)]),
                         string("t") + array([partition(0), partition(9)])]
                reply = connection.ask(LIST_OFFSETS, version, i32(-1) + array(asked))

                def one():
                    if answer:
                        return reply.take(answer)[:2]
                    found = reply.i32(), reply.i16()
                    reply.array(reply.i64)
                    return found
                self.assertEqual(reply.array(lambda: (reply.string(), reply.array(one))),
                                 [("t", [(0, INVALID_REQUEST)]), ("never", [(0, UNKNOWN_TOPIC), (7, UNKNOWN_TOPIC)]),
                                  ("t", [(0, INVALID_REQUEST), (9, UNKNOWN_TOPIC)])], version)

    def test_announced_frames_cost_nothing(self):
        before = self.broker.rss_kib()
        held = [Connection(self.broker) for _ in range(200)]
        for connection in held:
            connection.send(i32(90 * 2**20) + header(PRODUCE, 7))
        self.assertEqual(produce(self.bystander, "t", batch())[0], 0)
        self.assertLess(self.broker.rss_kib() - before, 8 * 1024)
        for connection in held:
            connection.socket.close()

    def test_a_reader_that_never_reads(self):
        with Connection(self.broker) as writer:
            for _ in range(8):
                produce(writer, "t", batch([record(value=b"x" * 1000000)]))
        before = self.broker.rss_kib()
        with Connection(self.broker) as greedy:
            body = (i32(-1) + i32(0) + i32(1) + i32(2**31 - 1) + i8(0) + i32(0) + i32(-1)
                    + array([string("t") + array([i32(0) + i64(0) + i64(-1) + i32(2**31 - 1)])]) + array([]))
            greedy.socket.settimeout(2)
            try:
                for _ in range(300):
                    greedy.send(frame(header(FETCH, 7) + body))
            except OSError:
                pass
            self.assertEqual(produce(self.bystander, "t", batch())[0], 0)
            self.assertLess(self.broker.rss_kib() - before, 64 * 1024)

    def test_produce_to_what_is_not_there(self):
        with Connection(self.broker) as connection:
            self.assertEqual(produce(connection, "t", batch(), partition=77)[0], UNKNOWN_TOPIC)
            self.assertEqual(produce(connection, "missing", batch())[0], UNKNOWN_TOPIC)
            self.assertEqual(produce(connection, "../etc", batch())[0] in (UNKNOWN_TOPIC, INVALID_TOPIC), True)


if __name__ == "__main__":
    unittest.main()
