#!/usr/bin/env python3
"""Requests at their edges: named twice, cut by a limit, waiting for memory or longer than a connection may idle."""
import pathlib
import socket
import struct
import tempfile
import time
import unittest

from harness import flexible
from harness.admin import delete
from harness.batch import batch, record
from harness.broker import SOURCE, Broker
from harness.consumer_groups import topics_of
from harness.groups import FIND_COORDINATOR, TRANSACTION, find_coordinator
from harness.wire import (API_VERSIONS, FETCH, LIST_OFFSETS, METADATA, PRODUCE, CREATE_TOPICS, Connection, Reader, array, create_topic, fetch, frame, header, i8, i16, i32, i64,
                          octets, produce, string)

INVALID_TOPIC, INVALID_REQUEST, INVALID_TXN_STATE, TRANSACTIONAL_ID_AUTHORIZATION_FAILED = 17, 42, 48, 53
OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC, UNKNOWN_TOPIC_ID = 1, 3, 100
TOPIC_AUTHORIZATION_FAILED, POLICY_VIOLATION = 29, 44
NOT_LEADER_OR_FOLLOWER, INVALID_REQUIRED_ACKS, UNSUPPORTED_VERSION = 6, 21, 35
TRANSACTIONAL = 0x10
DELETE_RECORDS, INIT_PRODUCER_ID, DESCRIBE_CONFIGS, DESCRIBE_CLUSTER, DESCRIBE_TOPIC_PARTITIONS = 21, 22, 32, 60, 75


def fetch_many(connection, partitions, session=(0, -1), forgotten=(), max_wait_ms=0):
    """Fetch v7 of [(topic, partition, offset, max bytes)]; (error, session id, [(topic, [(partition, error, octets)])])."""
    body = (i32(-1) + i32(max_wait_ms) + i32(1) + i32(1 << 20) + i8(0) + i32(session[0]) + i32(session[1])
            + array([string(t) + array([i32(p) + i64(o) + i64(-1) + i32(most)]) for t, p, o, most in partitions])
            + array([string(t) + array([i32(p)]) for t, p in forgotten]))
    reply = connection.ask(FETCH, 7, body)
    reply.i32()
    head = reply.i16(), reply.i32()

    def one_partition():
        index, error = reply.i32(), reply.i16()
        reply.take(">qqq")
        reply.array(lambda: reply.take(">qq"))
        return index, error, reply.octets()
    return *head, reply.array(lambda: (reply.string(), reply.array(one_partition)))


class Requests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker("memory").start()

    @classmethod
    def tearDownClass(cls):
        cls.broker.stop()

    def setUp(self):
        self.connection = Connection(self.broker)
        self.addCleanup(self.connection.socket.close)

    def test_a_transaction_that_nobody_could_end_does_not_begin(self):
        self.assertEqual(create_topic(self.connection, "transactional")[0], 0)
        refused = batch(producer_id=8, producer_epoch=0, sequence=0, attributes=TRANSACTIONAL)
        self.assertEqual(produce(self.connection, "transactional", refused), (TRANSACTIONAL_ID_AUTHORIZATION_FAILED, -1))
        reply = self.connection.ask(PRODUCE, 7, string("named") + i16(-1) + i32(1000) + array([string("transactional") + array([i32(0) + octets(refused)])]))
        self.assertEqual(reply.array(lambda: (reply.string(), reply.array(lambda: reply.take(">ihqqq"))))[0][1][0][:2], (0, INVALID_TXN_STATE))
        self.assertEqual(produce(self.connection, "transactional", batch()), (0, 0))
        committed = i32(-1) + i8(1) + array([string("transactional") + array([i32(0) + i64(-1)])])
        reply = self.connection.ask(LIST_OFFSETS, 2, committed)
        reply.i32()
        end = reply.array(lambda: (reply.string(), reply.array(lambda: reply.take(">ihqq"))))[0][1][0]
        self.assertEqual(end, (0, 0, -1, 1), "readers of committed records do not get the record behind it")

    def test_a_transactional_producer_ends_at_once(self):
        self.assertEqual(find_coordinator(self.connection, "x", kind=TRANSACTION), (TRANSACTIONAL_ID_AUTHORIZATION_FAILED, -1, "", -1))
        reply = flexible.ask(self.connection, FIND_COORDINATOR, 4, i8(TRANSACTION) + flexible.array([flexible.text("x")]))
        reply.i32()
        found = reply.array(lambda: (reply.text(), reply.i32(), reply.text(), reply.i32(), reply.i16(), reply.text()))
        self.assertEqual(found, [("x", -1, "", -1, TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "This broker has no transactions yet.")])
        for name, error in (("x", TRANSACTIONAL_ID_AUTHORIZATION_FAILED), ("", INVALID_REQUEST), (None, 0)):
            reply = self.connection.ask(INIT_PRODUCER_ID, 0, string(name) + i32(1000))
            self.assertEqual(reply.take(">ih"), (0, error), name)

    def describe_pages(self, topics, cursor):
        """DescribeTopicPartitions: ([(error, topic, [partition])], whether there is more)"""
        body = flexible.array([flexible.text(name) + flexible.TAGS for name in topics]) + i32(2000)
        body += i8(-1) if cursor is None else i8(1) + flexible.text(cursor[0]) + i32(cursor[1]) + flexible.TAGS
        reply = flexible.ask(self.connection, DESCRIBE_TOPIC_PARTITIONS, 0, body)
        reply.i32()

        def partition():
            _, index, _, _ = reply.i16(), reply.i32(), reply.i32(), reply.i32()
            for _ in range(5):
                reply.values(reply.i32)
            return index

        def topic():
            error, name, _, _ = reply.i16(), reply.text(), reply.raw(16), reply.i8()
            found = error, name, reply.array(partition)
            reply.i32()
            return found
        return reply.array(topic), reply.i8() == 1

    def test_a_page_begins_in_a_topic_that_was_asked_for(self):
        for name in ("page-a", "page-b", "page-c"):
            self.assertEqual(create_topic(self.connection, name, 2)[0], 0)
        asked = ["page-c", "page-a"]
        refused = [(INVALID_REQUEST, "page-c", []), (INVALID_REQUEST, "page-a", [])], False
        for cursor in (("page-b", 0), ("", 0), ("zzz", 0), ("page-a", -1)):
            self.assertEqual(self.describe_pages(asked, cursor), refused, cursor)
        self.assertEqual(self.describe_pages(asked, ("page-a", 1)), ([(0, "page-a", [1]), (0, "page-c", [0, 1])], False))
        self.assertEqual(self.describe_pages(asked, ("page-c", 7)), ([(0, "page-c", [])], False))
        self.assertEqual(self.describe_pages([], ("zzz", 0)), ([], False), "who asks for all goes on behind a topic that is gone")
        self.assertEqual(self.describe_pages([], ("page-c", -1)), ([], False))

    def test_who_waits_for_a_topic_that_is_deleted_hears_of_it(self):
        for version, error in ((12, UNKNOWN_TOPIC), (13, UNKNOWN_TOPIC_ID)):
            with self.subTest(version=version), Connection(self.broker) as waiting:
                name = f"deleted-{version}"
                self.assertEqual(create_topic(self.connection, name)[0], 0)
                topic = flexible.text(name) if version == 12 else topics_of(self.connection)[name]
                partition = i32(0) + i32(-1) + i64(0) + i32(-1) + i64(-1) + i32(1 << 20) + flexible.TAGS
                waiting.send(frame(header(FETCH, version, flexible=True) + i32(-1) + i32(30_000) + i32(1) + i32(1 << 20) + i8(0) + i32(0) + i32(-1)
                                   + flexible.array([topic + flexible.array([partition]) + flexible.TAGS]) + flexible.array([]) + flexible.text("")
                                   + flexible.TAGS))
                self.assertEqual(delete(self.connection, name), 0)
                begin = time.monotonic()
                reply = flexible.FlexibleReader(waiting.receive())
                self.assertLess(time.monotonic() - begin, 15, "it waited for what cannot come")
                reply.i32(), reply.tags(), reply.i32(), reply.i16(), reply.i32(), reply.uvarint()
                reply.text() if version == 12 else reply.raw(16)
                self.assertEqual((reply.uvarint(), reply.i32(), reply.i16()), (2, 0, error))

    def test_metadata_makes_a_topic_that_is_named_twice_once(self):
        reply = self.connection.ask(METADATA, 1, array([string("twice"), string("twice")]))
        reply.array(lambda: (reply.i32(), reply.string(), reply.i32(), reply.string()))
        reply.i32()
        partition = lambda: (reply.i16(), reply.i32(), reply.i32(), reply.array(reply.i32), reply.array(reply.i32))
        topics = reply.array(lambda: (reply.i16(), reply.string(), reply.i8(), len(reply.array(partition))))
        self.assertEqual(topics, [(0, "twice", 0, 1)] * 2)

    def test_metadata_of_all_topics_as_librdkafka_asks(self):
        self.assertEqual(create_topic(self.connection, "listed")[0], 0)
        for version, flags in ((9, b"\1\0\0"), (12, b"\1\0"), (13, b"\1\0"), (13, b"\0\1")):
            with self.subTest(version=version, flags=flags):
                self.connection.send(frame(header(METADATA, version, flexible=True) + i32(0) + flags + b"\0"))
                self.assertIn(b"listed", self.connection.receive() or b"")

    def test_clients_do_not_write_to_internal_topics(self):
        self.assertEqual(create_topic(self.connection, "__consumer_offsets")[0], 0)
        self.assertEqual(produce(self.connection, "__consumer_offsets", batch()), (INVALID_TOPIC, -1))

    def test_a_first_batch_that_the_limit_cuts_is_left_out(self):
        self.assertEqual(create_topic(self.connection, "cut", 2)[0], 0)
        for partition in (0, 1):
            self.assertEqual(produce(self.connection, "cut", batch(), partition)[0], 0)
        size = len(batch())
        for most, second in ((1, 0), (size - 1, 0), (size, size)):
            with self.subTest(most=most):
                parts = fetch_many(self.connection, [("cut", 0, 0, most), ("cut", 1, 0, most)])[2]
                self.assertEqual([len(records) for _, of_topic in parts for _, _, records in of_topic], [size, second])

    def test_what_a_fetch_tells_beside_records(self):
        self.assertEqual(create_topic(self.connection, "beside")[0], 0)
        self.assertEqual(produce(self.connection, "beside", batch())[0], 0)
        for isolation, offset, aborted, ends in ((0, 0, -1, (0, 1, 1, 0)), (1, 0, 0, (0, 1, 1, 0)), (0, 9, -1, (OFFSET_OUT_OF_RANGE, -1, -1, -1))):
            with self.subTest(isolation=isolation, offset=offset):
                partition = i32(0) + i64(offset) + i64(-1) + i32(1000)
                reply = self.connection.ask(FETCH, 7, i32(-1) + i32(0) + i32(1) + i32(1000) + i8(isolation) + i32(0) + i32(-1)
                                            + array([string("beside") + array([partition])]) + array([]))
                reply.take(">ihi"), reply.i32(), reply.string(), reply.i32(), reply.i32()
                self.assertEqual((reply.take(">hqqq"), reply.i32()), (ends, aborted))

    def test_a_partition_that_is_not_there_does_not_end_the_waiting_for_others(self):
        self.assertEqual(create_topic(self.connection, "waited")[0], 0)
        begin = time.monotonic()
        _, _, topics = fetch_many(self.connection, [("waited", 0, 0, 100), ("waited", 7, 0, 100)], max_wait_ms=300)
        self.assertEqual([error for _, parts in topics for _, error, _ in parts], [0, UNKNOWN_TOPIC])
        self.assertGreaterEqual(time.monotonic() - begin, 0.29)
        begin = time.monotonic()
        fetch_many(self.connection, [("waited", 7, 0, 100)], max_wait_ms=10000)
        self.assertLess(time.monotonic() - begin, 5)

    def test_an_id_that_nobody_knows_has_no_name(self):
        asked = bytes(range(16))
        for version, name, error in ((12, b"\0", UNKNOWN_TOPIC_ID), (11, b"\1", INVALID_REQUEST)):
            with self.subTest(version=version):
                flags = b"\0\0" if version > 10 else b"\0\0\0"
                self.connection.send(frame(header(METADATA, version, flexible=True) + b"\2" + asked + b"\0\0" + flags + b"\0"))
                self.assertIn(i16(error) + name + asked, self.connection.receive() or b"")

    def test_clients_learn_what_they_may_do(self):
        self.assertEqual(create_topic(self.connection, "allowed")[0], 0)
        of_topics, of_cluster, unasked = 0xDF8, 0x1FA0, -(1 << 31)
        for flags, topic, cluster in ((i8(1) + i8(1), of_topics, of_cluster), (i8(0) + i8(0), unasked, unasked)):
            self.connection.send(frame(header(METADATA, 8) + array([string("allowed")]) + i8(0) + flags))
            self.assertEqual((self.connection.receive() or b"")[-8:], i32(topic) + i32(cluster))
        self.connection.send(frame(header(DESCRIBE_CLUSTER, 0, flexible=True) + i8(1) + b"\0"))
        self.assertEqual((self.connection.receive() or b"")[-5:], i32(of_cluster) + b"\0")

    def test_a_topic_that_is_only_tried_shows_the_settings_it_would_have(self):
        flexible = lambda text: bytes([len(text) + 1]) + text.encode()
        topic = flexible("tried") + i32(1) + i16(1) + b"\1" + b"\2" + flexible("retention.ms") + flexible("1234") + b"\0" + b"\0"
        self.connection.send(frame(header(CREATE_TOPICS, 5, flexible=True) + b"\2" + topic + i32(1000) + i8(1) + b"\0"))
        reply = self.connection.receive() or b""
        self.assertIn(flexible("tried") + i16(0) + b"\0", reply, "no error, and no message")
        self.assertIn(flexible("retention.ms") + flexible("1234") + i8(0) + i8(1), reply)
        self.assertNotIn(b"internal.", reply)

    def test_an_empty_list_of_keys_asks_for_all(self):
        self.assertEqual(create_topic(self.connection, "described")[0], 0)

        def described(keys):
            reply = self.connection.ask(DESCRIBE_CONFIGS, 1, array([i8(2) + string("described") + keys]) + i8(0))
            reply.i32()
            config = lambda: (reply.string(), reply.string(), reply.take(">bbb"), reply.array(lambda: None))[0]
            return reply.array(lambda: (reply.i16(), reply.string(), reply.i8(), reply.string(), reply.array(config)))[0][4]
        self.assertEqual(described(array([])), described(i32(-1)))
        self.assertNotIn("internal.segment.bytes", described(i32(-1)))
        self.assertEqual(described(array([string("retention.ms")])), ["retention.ms"])

    def test_clients_delete_no_records_of_internal_topics(self):
        create_topic(self.connection, "__transaction_state")
        reply = self.connection.ask(DELETE_RECORDS, 1, array([string("__transaction_state") + array([i32(0) + i64(-1)])]) + i32(1000))
        reply.i32()
        self.assertEqual(reply.array(lambda: (reply.string(), reply.array(lambda: reply.take(">iqh"))))[0][1], [(0, -1, INVALID_TOPIC)])

    def test_of_a_compacted_topic_nobody_deletes_records(self):
        self.assertEqual(create_topic(self.connection, "kept", configs=[("cleanup.policy", "compact")])[0], 0)
        reply = self.connection.ask(DELETE_RECORDS, 1, array([string("kept") + array([i32(0) + i64(-1)])]) + i32(1000))
        reply.i32()
        self.assertEqual(reply.array(lambda: (reply.string(), reply.array(lambda: reply.take(">iqh"))))[0][1], [(0, -1, POLICY_VIOLATION)])

    def test_the_metadata_log_is_nobodys_topic(self):
        self.assertEqual(create_topic(self.connection, "__cluster_metadata")[0], TOPIC_AUTHORIZATION_FAILED)
        self.assertNotEqual((produce(self.connection, "__cluster_metadata", batch()) or [1])[0], 0)

    def test_a_producer_id_without_its_epoch_is_refused(self):
        for producer, epoch, error in ((5, -1, INVALID_REQUEST), (-1, 5, INVALID_REQUEST), (-1, -1, 0)):
            self.connection.send(frame(header(INIT_PRODUCER_ID, 3, flexible=True) + b"\0" + i32(1000) + i64(producer) + i16(epoch) + b"\0"))
            self.assertEqual(Reader((self.connection.receive() or b"")[5:]).take(">ih"), (0, error))

    def test_a_large_session_does_not_hold_up_the_others(self):
        self.assertEqual(create_topic(self.connection, "large")[0], 0)
        _, session, topics = fetch_many(self.connection, [("large", p, 0, 100) for p in range(300000)], session=(0, 0))
        self.assertNotEqual(session, 0)
        self.assertEqual(sum(len(parts) for _, parts in topics), 300000)

    def test_a_session_that_forgot_everything_ends(self):
        self.assertEqual(create_topic(self.connection, "forgotten")[0], 0)
        _, session, _ = fetch_many(self.connection, [("forgotten", 0, 0, 100)], session=(0, 0))
        self.assertNotEqual(session, 0)
        self.assertEqual(fetch_many(self.connection, [], (session, 1), forgotten=[("forgotten", 0)]), (0, 0, []))

    def test_only_replicas_read_as_replicas(self):
        with Connection(self.broker) as connection:
            create_topic(connection, "followed")
            produce(connection, "followed", batch())
            for replica in (5, 1):  # neither a broker that holds it nor the leader itself
                body = (i32(replica) + i32(0) + i32(1) + i32(1 << 20) + i8(0) + i32(0) + i32(-1)
                        + array([string("followed") + array([i32(0) + i64(0) + i64(-1) + i32(1 << 20)])]) + array([]))
                reply = connection.ask(FETCH, 7, body)
                self.assertEqual((reply.i32(), reply.i16(), reply.i32(), reply.i32()), (0, 0, 0, 1))
                reply.string(), reply.i32()
                self.assertEqual((reply.i32(), reply.i16()), (0, NOT_LEADER_OR_FOLLOWER), replica)

    def test_versions_below_zero_are_told_which_there_are(self):
        with Connection(self.broker) as connection:
            reply = connection.ask(API_VERSIONS, -1, b"")
            self.assertEqual(reply.i16(), UNSUPPORTED_VERSION)

    def test_what_is_not_there_is_told_of_before_impossible_acks(self):
        with Connection(self.broker) as connection:
            create_topic(connection, "acks")
            self.assertEqual(produce(connection, "acks", batch(), acks=5)[0], INVALID_REQUIRED_ACKS)
            self.assertEqual(produce(connection, "nowhere", batch(), acks=5)[0], UNKNOWN_TOPIC)

    def test_a_partition_named_twice_is_fetched_once(self):
        with Connection(self.broker) as connection:
            create_topic(connection, "twice_fetched")
            one = i32(0) + i64(0) + i64(-1) + i32(1 << 20)
            body = (i32(-1) + i32(0) + i32(1) + i32(1 << 20) + i8(0) + i32(0) + i32(-1) + array([string("twice_fetched") + array([one, one])]) + array([]))
            reply = connection.ask(FETCH, 7, body)
            self.assertEqual((reply.i32(), reply.i16(), reply.i32(), reply.i32()), (0, 0, 0, 1))
            reply.string()
            self.assertEqual(reply.i32(), 1)


class Waiting(unittest.TestCase):
    def test_a_partition_named_twice_is_waited_for_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            conf = pathlib.Path(folder) / "ack.yaml"
            conf.write_text((SOURCE / "conf/single.yaml").read_text().replace("flush: os", "flush: ack"))
            with Broker(conf) as broker, Connection(broker) as connection:
                self.assertEqual(create_topic(connection, "t")[0], 0)
                data = [i32(0) + octets(batch()), i32(0) + octets(batch([record(value=b"v" * 500000)]))]
                for n in range(20):
                    reply = connection.ask(PRODUCE, 7, string(None) + i16(-1) + i32(3000) + array([string("t") + array(data)]))
                    answers = reply.array(lambda: (reply.string(), reply.array(lambda: reply.take(">ihqqq"))))[0][1]
                    self.assertEqual([(error, offset) for _, error, offset, _, _ in answers], [(0, 2 * n), (0, 2 * n + 1)])

    def test_a_request_waits_for_memory(self):
        with Broker("memory", ["queued.max.request.bytes=100000"]) as broker, Connection(broker) as connection:
            self.assertEqual(create_topic(connection, "t")[0], 0)
            slow = Connection(broker)
            slow.send(i32(1000000) + b"\0" * 200000)  # holds more than there is, and does not go on
            time.sleep(0.2)  # for the broker to take it
            large = header(PRODUCE, 7, 1) + string(None) + i16(-1) + i32(5000) + array([string("t") + array([i32(0) + octets(batch([record(value=b"v" * 90000)]))])])
            waiting = Connection(broker)
            waiting.send(frame(large)[:50000])
            waiting.send(frame(large)[50000:])
            self.assertEqual(produce(connection, "t", batch())[0], 0, "small requests go on")
            slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset: what is not read from does not see a plain end
            slow.socket.close()
            self.assertIsNotNone(waiting.receive(), "the connection was closed")
            waiting.socket.close()
            self.assertEqual(fetch(connection, "t")[1][0][1], 2)

    def test_a_long_poll_is_not_idle(self):
        with Broker("memory", ["connections.max.idle.ms=800"]) as broker, Connection(broker) as connection:
            self.assertEqual(create_topic(connection, "t")[0], 0)
            self.assertEqual(fetch(connection, "t", max_wait_ms=1600)[0], 0)
            time.sleep(0.4)  # two looks at deadlines, half of the time that it may idle
            self.assertIsNotNone(connection.ask(API_VERSIONS, 0, b""), "the connection was closed")
            self.assertTrue(connection.is_closed(), "and now it does idle")


    def test_a_fetch_that_ends_at_the_border_of_a_segment_does_not_wait(self):
        with Broker("single") as broker, Connection(broker) as connection:
            self.assertEqual(create_topic(connection, "t", configs=[("segment.bytes", str(1 << 20))])[0], 0)
            large = batch([record(value=b"x" * 700_000)])
            for _ in range(2):
                self.assertEqual(produce(connection, "t", large)[0], 0)
            begin = time.monotonic()
            # ten megabytes at least, or whatever there is after twenty seconds
            body = i32(-1) + i32(20_000) + i32(10 << 20) + i32(50 << 20) + i8(0) + i32(0) + i32(-1)
            reply = connection.ask(FETCH, 7, body + array([string("t") + array([i32(0) + i64(0) + i64(-1) + i32(20 << 20)])]) + array([]))
            self.assertIsNotNone(reply)
            self.assertLess(time.monotonic() - begin, 10, "it waited for more of a segment that is finished")


if __name__ == "__main__":
    unittest.main()
