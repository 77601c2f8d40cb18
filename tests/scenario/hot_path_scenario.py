#!/usr/bin/env python3
"""What one request costs a broker that has served a few of its kind: system calls, and memory that it asks for."""
import os
import pathlib
import struct
import subprocess
import unittest

from harness.batch import batch, record
from harness.broker import BUILD, Broker
from harness.wire import FETCH, PRODUCE, Connection, array, create_topic, frame, header, i8, i16, i32, i64, octets, string

ROUNDS = 300
WARM = 50  # until buffers have their size


def produce_request(records=1, **fields):
    octets_ = batch([record(i) for i in range(records)], **fields)
    return frame(header(PRODUCE, 7) + string(None) + i16(-1) + i32(10000) + array([string("t") + array([i32(0) + octets(octets_)])]))


def fetch_request(offset):
    partition = i32(0) + i64(offset) + i64(-1) + i32(1000)
    return frame(header(FETCH, 7) + i32(-1) + i32(0) + i32(1) + i32(1 << 20) + i8(0) + i32(0) + i32(-1) + array([string("t") + array([partition])]) + array([]))


class HotPath(unittest.TestCase):
    def setUp(self):
        os.environ["LD_PRELOAD"] = str(BUILD / "tests/count_allocations.so")
        self.broker = Broker("single", ["/node/loops=1"])
        os.environ["BARNABAS_ALLOCATIONS"] = str(self.broker.folder / "allocations")
        try:
            self.broker.start()
        finally:
            del os.environ["LD_PRELOAD"], os.environ["BARNABAS_ALLOCATIONS"]
        self.addCleanup(self.broker.__exit__)
        self.connection = Connection(self.broker)
        self.addCleanup(self.connection.socket.close)
        self.assertEqual(create_topic(self.connection, "t")[0], 0)

    def allocations(self):
        return struct.unpack("<Q", (self.broker.folder / "allocations").read_bytes())[0]

    def ask(self, requests):
        for request in requests:
            self.connection.send(request)
            self.assertIsNotNone(self.connection.receive())

    def allocated(self, requests):
        """For each request, on average."""
        self.ask(requests[:WARM])
        before = self.allocations()
        self.ask(requests[WARM:])
        return (self.allocations() - before) / len(requests[WARM:])

    def called(self, requests):
        """{system call: times for each request}"""
        self.ask(requests[:WARM])
        counts = self.broker.folder / "calls"
        tracer = subprocess.Popen(["strace", "-f", "-c", "-o", counts, "-p", str(self.broker.process.pid)], stderr=subprocess.PIPE, text=True)
        self.assertIn("attached", tracer.stderr.readline())
        self.ask(requests[WARM:])
        tracer.terminate()
        tracer.communicate()
        rows = [line.split() for line in pathlib.Path(counts).read_text().splitlines()]
        return {row[-1]: int(row[3]) / len(requests[WARM:]) for row in rows if len(row) >= 5 and row[3].isdigit() and row[-1] != "total"}

    def test_a_produce_takes_five_system_calls_at_most(self):
        calls = self.called([produce_request()] * (ROUNDS + WARM))
        self.assertLess(sum(calls.values()), 5.1, calls)
        self.assertLess(calls["pwritev"], 1.1, "one write of the file")

    def test_a_produce_asks_for_no_memory_however_many_records_it_has(self):
        for records in (1, 100):
            with self.subTest(records):
                self.assertLess(self.allocated([produce_request(records)] * (ROUNDS + WARM)), 0.1)
        numbered = [produce_request(producer_id=7, producer_epoch=0, sequence=i) for i in range(ROUNDS + WARM)]
        self.assertLess(self.allocated(numbered), 0.1, "of an idempotent producer")

    def test_a_fetch_asks_for_no_memory_and_copies_no_records(self):
        self.ask([produce_request()] * 20)
        self.assertLess(self.allocated([fetch_request(3)] * (ROUNDS + WARM)), 0.1)
        calls = self.called([fetch_request(3)] * (ROUNDS + WARM))
        self.assertLess(sum(calls.values()), 6.1, calls)
        self.assertGreater(calls["sendfile"], 0.9, "records go from the file to the socket")


if __name__ == "__main__":
    unittest.main()
