#!/usr/bin/env python3
"""Retention: what a topic's bounds give up, and how a plugin of somebody else gives up otherwise."""
import time
import unittest

from harness.admin import DELETE, INCREMENTAL_ALTER_CONFIGS, SET, changes, config_result
from harness.batch import batch, record
from harness.broker import BUILD, Broker
from harness.wire import Connection, array, create_topic, fetch, i32, i64, produce, string

OFFSET_OUT_OF_RANGE = 1
LATEST, EARLIEST = -1, -2
SEGMENT = 1 << 20
LARGE = [record(value=b"x" * 700_000)]  # two of them are more than a segment
SOON = ["log.retention.check.interval.ms=100"]


class Retention(unittest.TestCase):
    def start(self, *overrides, conf="single"):
        self.broker = Broker(conf, [*SOON, *overrides]).start()
        self.addCleanup(self.broker.__exit__)
        self.connect()

    def connect(self):
        self.connection = Connection(self.broker)
        self.addCleanup(self.connection.socket.close)

    def topic(self, **configs):
        named = [(key.replace("_", "."), str(value)) for key, value in configs.items()]
        self.assertEqual(create_topic(self.connection, "t", configs=[("segment.bytes", str(SEGMENT)), *named]), (0, None))

    def write(self, count=1, records=LARGE, age_ms=0):
        octets = batch(records, now_ms=int(time.time() * 1000) - age_ms)
        for _ in range(count):
            self.assertEqual(produce(self.connection, "t", octets)[0], 0)

    def offset(self, which):
        reply = self.connection.ask(2, 1, i32(-1) + array([string("t") + array([i32(0) + i64(which)])]))
        partition = lambda: (reply.i32(), reply.i16(), reply.i64(), reply.i64())
        return reply.array(lambda: (reply.string(), reply.array(partition)))[0][1][0][3]

    def until(self, true, what):
        deadline = time.monotonic() + 30
        while not true():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)  # polls another process: there is nothing else to wait on

    def until_it_starts_at(self, offset):
        self.until(lambda: self.offset(EARLIEST) == offset, f"it starts at {self.offset(EARLIEST)} and not at {offset}")

    def stays(self):
        """What a later round gives up would be given up by now: another topic's records are, which are written after."""
        before = self.offset(EARLIEST)
        self.assertEqual(create_topic(self.connection, "mark", configs=[("retention.ms", "1")])[0], 0)
        for _ in range(3):
            self.assertEqual(produce(self.connection, "mark", batch([record()], now_ms=1))[0], 0)
        self.until(lambda: fetch(self.connection, "mark")[1][0][0] == OFFSET_OUT_OF_RANGE, "the rounds stand still")
        self.assertEqual(self.offset(EARLIEST), before)

    def files(self, suffix):
        return sorted(file.name for file in (self.broker.data / "t-0").glob("*" + suffix))


class Bounds(Retention):
    def test_a_log_is_cut_to_its_size(self):
        self.start()
        self.topic(retention_bytes=2_000_000)
        self.write(6)
        self.until_it_starts_at(3)
        self.stays()
        self.assertEqual(fetch(self.connection, "t", 2)[1][0][0], OFFSET_OUT_OF_RANGE)
        self.assertEqual(fetch(self.connection, "t", 3)[1][0][0], 0)
        self.assertEqual(self.files(".log"), [f"{base:020}.log" for base in (3, 4, 5)])

    def test_old_records_go_and_the_log_goes_on(self):
        for conf in ("single", "memory"):
            with self.subTest(conf):
                self.start(conf=conf)
                self.topic(retention_ms=3_600_000)
                self.write(3, age_ms=7_200_000)
                self.until_it_starts_at(3)
                self.assertEqual(self.offset(LATEST), 3)
                self.write()
                self.stays()
                self.assertEqual(self.offset(LATEST), 4)

    def test_what_the_topic_does_not_say_the_broker_does(self):
        self.start("log.retention.hours=1")
        self.topic()
        self.write(age_ms=7_200_000)
        self.until_it_starts_at(1)
        self.assertEqual(config_result(self.connection, INCREMENTAL_ALTER_CONFIGS, changes("t", [("retention.ms", SET, "-1")])), (0, None))
        self.write(age_ms=7_200_000)
        self.stays()
        self.assertEqual(config_result(self.connection, INCREMENTAL_ALTER_CONFIGS, changes("t", [("retention.ms", DELETE, None)])), (0, None))
        self.until_it_starts_at(2)

    def test_a_topic_that_does_not_delete_keeps_all(self):
        self.start()
        self.topic(cleanup_policy="compact", retention_ms=1)
        self.write(age_ms=7_200_000)
        self.stays()

    def test_files_go_some_time_later(self):
        self.start()
        self.topic(retention_ms=1, file_delete_delay_ms=2000)
        self.write(2, age_ms=10_000)
        self.until_it_starts_at(2)
        self.assertEqual(len(self.files(".log.deleted")), 2)
        self.until(lambda: not self.files(".deleted"), "they are still there")

    def test_a_start_finds_what_was_given_up_gone(self):
        self.start()
        self.topic(retention_ms=3_600_000)
        self.write(2, age_ms=7_200_000)
        self.until_it_starts_at(2)
        self.write()
        for how in (15, 9):
            self.broker.stop(how)
            self.broker.start()
            self.connect()
            self.assertEqual((self.offset(EARLIEST), self.offset(LATEST)), (2, 3))


class Plugins(Retention):
    def start_with(self, use, *overrides):
        self.start(f"/plugins/paths=[{BUILD}/tests/plugins/template/retention, {BUILD}/tests/plugins/overreaching]", f"/retention/delete/use={use}",
                   *overrides)

    def test_one_from_outside_decides_otherwise(self):
        self.start_with("my_plugin", "/retention/delete/config/records=2")
        self.topic(retention_ms=1)
        self.write(5, records=[record()], age_ms=7_200_000)
        self.until_it_starts_at(3)
        self.stays()

    def test_one_that_wants_too_much_is_refused_and_named(self):
        self.start_with("overreaching")
        self.topic()
        self.write(2, records=[record()])
        said = "retention 'overreaching' of t-0: the start of t-0 can not go to offset 3: the high watermark is 2"
        self.until(lambda: said in self.broker.output(), "nothing was said")
        self.assertEqual(self.offset(EARLIEST), 0)


if __name__ == "__main__":
    unittest.main()
