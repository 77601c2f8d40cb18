#!/usr/bin/env python3
"""Limits that the machine cannot hold are refused at the start with what would be right; those that it holds are kept."""
import pathlib
import re
import resource
import select
import subprocess
import tempfile
import time
import unittest

from harness import flexible
from harness.admin import BROKER, DELETE, INCREMENTAL_ALTER_CONFIGS, SET, changes, config_result
from harness.batch import batch, record
from harness.broker import Broker, run
from harness.wire import API_VERSIONS, FETCH, LIST_OFFSETS, Connection, array, create_topic, fetch, frame, header, i8, i32, i64, produce, string

OFFSET_FETCH, DELETE_RECORDS, OFFSET_FOR_LEADER_EPOCH, ALTER_REPLICA_LOG_DIRS, ELECT_LEADERS, OFFSET_DELETE, DESCRIBE_PRODUCERS = 9, 21, 23, 34, 43, 47, 61


def refusal(*overrides, files=None):
    """What `server start` says before it ends, when it may have so many files."""
    broker = Broker("memory", overrides)
    done = subprocess.run(broker.command(), capture_output=True, text=True, timeout=30, cwd=broker.folder,
                          preexec_fn=None if files is None else lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)))
    return done.returncode, done.stderr


class Limits(unittest.TestCase):
    def test_more_connections_than_descriptors(self):
        code, said = refusal("max.connections=3000000", files=4000)
        self.assertEqual(code, 1)
        self.assertRegex(said, r"error: max\.connections is 3000000, which with 0 files of the storage .* this process may have 4000 \(RLIMIT_NOFILE\): set max\.connections to at most (\d+)")
        most = re.search(r"to at most (\d+)", said)[1]
        with Broker("memory", [f"max.connections={most}"]) as broker, Connection(broker) as connection:
            self.assertIsNotNone(connection.ask(API_VERSIONS, 0, b""), "the advice does not hold")

    def test_fewer_descriptors_than_the_broker_needs_itself(self):
        code, said = refusal(files=400)
        self.assertEqual(code, 1)
        self.assertIn("this process may have 400 open files (RLIMIT_NOFILE) and needs 456", said)

    def test_more_memory_than_there_is(self):
        code, said = refusal("queued.max.request.bytes=9000000000000")
        self.assertEqual(code, 1)
        self.assertRegex(said, r"error: limits of memory add up to \d+ octets, and the (machine|control group) has \d+: 9000000000000 for requests .* set queued\.max\.request\.bytes to at most \d+")

    def test_limits_that_are_set_while_the_broker_runs(self):
        def set_for_all(connection, **values):
            operations = [(key.replace("_", "."), SET if value else DELETE, value) for key, value in values.items()]
            self.assertEqual(config_result(connection, INCREMENTAL_ALTER_CONFIGS, changes("", operations, BROKER))[0], 0)

        def is_let_in():
            with Connection(broker) as another:
                another.send(frame(header(API_VERSIONS, 0)))
                return another.receive() is not None
        with Broker("memory", ["/node/loops=1"]) as broker, Connection(broker) as connection:
            self.assertTrue(is_let_in())
            set_for_all(connection, max_connections_per_ip="1")
            self.assertFalse(is_let_in())
            set_for_all(connection, max_connections_per_ip_overrides="127.0.0.1:2")
            self.assertTrue(is_let_in())
            set_for_all(connection, max_connections_per_ip_overrides=None)
            self.assertFalse(is_let_in())
            set_for_all(connection, max_connections_per_ip=None)
            self.assertTrue(is_let_in())
            set_for_all(connection, max_connections="2000000000")
            self.assertTrue(is_let_in())
            self.assertRegex(broker.output(), r"max\.connections is 2000000000, and this process has open files \(RLIMIT_NOFILE\) for \d+")

    def test_validate_says_the_same_as_a_warning(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "large.yaml"
            path.write_text("node: {id: 1, loops: 60}\nlisteners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]\nstorage: {use: memory}\nmetadata: {use: memory}\n"
                            "kafka: {max.connections: 2000000000, queued.max.request.bytes: 9000000000000}\n")
            done = run("config", "validate", path)
        self.assertEqual(done.returncode, 0, done.stdout)
        for said in ("large.yaml:5:26: warning: max.connections is 2000000000", "warning: limits of memory add up to", "warning: /node/loops is 60 on"):
            self.assertIn(said, done.stdout)

    def test_the_soft_limit_of_files_is_raised_first(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        broker = Broker("memory")
        popen = subprocess.Popen
        try:
            subprocess.Popen = lambda *words, **more: popen(*words, **more, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard)))
            broker.start()
        finally:
            subprocess.Popen = popen
        self.addCleanup(broker.stop)
        self.assertRegex(pathlib.Path(f"/proc/{broker.process.pid}/limits").read_text(), rf"Max open files\s+{hard}\s+{hard}")

    def test_who_asks_to_wait_for_longer_than_it_may_be_idle(self):
        with Broker("memory", ["connections.max.idle.ms=1000"]) as broker, Connection(broker, 30) as connection:
            create_topic(connection, "t")
            self.assertEqual(fetch(connection, "t", max_wait_ms=2**31 - 1)[0], 0, "it waits for three weeks, though nobody may be there any more")

    def test_fetches_that_wait_leave_memory_for_others(self):
        with Broker("memory", ["queued.max.request.bytes=33554432"]) as broker, Connection(broker) as honest:
            create_topic(honest, "t")
            count, waiting = 8000, []
            partitions = array([i32(index) + i64(0) + i64(-1) + i32(1 << 20) for index in range(count)])
            body = i32(-1) + i32(2**31 - 1) * 3 + i8(0) + i32(0) + i32(-1) + array([string("t") + partitions]) + array([])
            for _ in range(20):
                waiting.append(self.enterContext(Connection(broker)))
                waiting[-1].send(frame(header(FETCH, 7) + body))
            while len(select.select([one.socket for one in waiting], [], [], 20)[0]) < 10:
                pass  # those that would take what others need are answered at once
            self.assertEqual(produce(honest, "t", batch([record(value=b"x" * 900_000)])), (0, 0))

    def test_no_request_names_more_partitions_than_anybody_has(self):
        def numbers(count):
            return array([i32(index) for index in range(count)])

        def topic(one, count):
            return array([string("t") + array([i32(index) + one for index in range(count)])])

        def nothing_but_forgotten(count):
            return i32(-1) + i32(0) * 3 + i8(0) + i32(0) + i32(-1) + array([]) + array([string("t") + numbers(count)])

        def producers(count):
            return flexible.array([flexible.text("t") + flexible.array([i32(index) for index in range(count)]) + flexible.TAGS])
        asked = {"forgotten": (FETCH, 7, nothing_but_forgotten), "times": (LIST_OFFSETS, 1, lambda count: i32(-1) + topic(i64(-1), count)),
                 "committed": (OFFSET_FETCH, 5, lambda count: string("g") + array([string("t") + numbers(count)])),
                 "epochs": (OFFSET_FOR_LEADER_EPOCH, 0, lambda count: topic(i32(0), count)),
                 "uncommitted": (OFFSET_DELETE, 0, lambda count: string("g") + array([string("t") + numbers(count)])),
                 "moved": (ALTER_REPLICA_LOG_DIRS, 1, lambda count: array([string("/d") + array([string("t") + numbers(count)])])),
                 "shortened": (DELETE_RECORDS, 1, lambda count: topic(i64(0), count) + i32(1000)),
                 "producers": (DESCRIBE_PRODUCERS, 0, producers)}
        with Broker("memory") as broker:
            for what, (key, version, body) in asked.items():
                ask = flexible.ask if key == DESCRIBE_PRODUCERS else Connection.ask
                with self.subTest(what), Connection(broker) as connection:
                    self.assertIsNotNone(ask(connection, key, version, body(300_000)))
                    self.assertIsNone(ask(connection, key, version, body(300_001)))
            self.assertIn("a request names 300001 partitions, more than 300000", broker.output())

    def test_topics_without_partitions_are_named_too(self):
        with Broker("memory") as broker, Connection(broker) as connection:
            self.assertIsNone(connection.ask(OFFSET_FETCH, 5, string("g") + array([string("") + array([])] * 300_001)))

    def test_a_long_name_is_not_kept_for_each_of_its_partitions(self):
        name = string("a" * 30_000)
        partitions = 25_000
        fetched = array([i32(index) + i64(0) + i64(-1) + i32(1) for index in range(partitions)])
        asked = [(FETCH, 7, i32(-1) + i32(0) * 3 + i8(0) + i32(0) + i32(0) + array([name + fetched]) + array([])),
                 (FETCH, 7, i32(-1) + i32(0) * 3 + i8(0) + i32(0) + i32(0) + array([]) + array([name + array([i32(index) for index in range(partitions)])])),
                 (ELECT_LEADERS, 1, i8(0) + array([name + array([i32(index) for index in range(partitions)])]) + i32(1000))]
        with Broker("memory") as broker:
            for key, version, body in asked:
                with Connection(broker) as connection:
                    self.assertIsNone(connection.ask(key, version, body))
            self.assertLess(broker.peak_kib(), 200 << 10)

    def test_who_connects_too_fast_waits_and_is_served(self):
        with Broker("memory", ["max.connection.creation.rate=20"]) as broker:
            begun, held = time.monotonic(), []
            for _ in range(60):
                held.append(Connection(broker))
                held[-1].send(b"\0\0\0\x0e" + b"\0\x12\0\0\0\0\0\1\0\4test")
            for connection in held:
                self.assertIsNotNone(connection.receive())
                connection.socket.close()
            self.assertGreater(time.monotonic() - begun, 1.5)

    def served(self, broker):
        """A connection that has its place. One that ended before, such as the look whether the broker is up, has its own until the broker has seen its end."""
        deadline = time.monotonic() + 10
        while True:
            connection = Connection(broker)
            if connection.ask(API_VERSIONS, 0, b"") is not None:
                return connection
            connection.socket.close()
            self.assertLess(time.monotonic(), deadline)

    def test_one_too_many_is_closed_without_an_answer_and_said_once(self):
        with Broker("memory", ["max.connections.per.ip=5"]) as broker:
            held = [self.served(broker) for _ in range(5)]
            for _ in range(50):
                with Connection(broker) as refused:
                    self.assertTrue(refused.is_closed())
            self.assertLessEqual(len(re.findall(r"closed the connection of 127\.0\.0\.1: it has 5 connections already", broker.output())), 4)
            self.assertIn("it has 5 connections already (max.connections.per.ip)", broker.output())
            held.pop().socket.close()
            for connection in (*held, self.served(broker)):
                connection.socket.close()


if __name__ == "__main__":
    unittest.main()
