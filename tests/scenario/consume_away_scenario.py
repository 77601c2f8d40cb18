#!/usr/bin/env python3
"""barnabas consume while one broker of three is away: what the others lead is read at once, the rest when it is back, with a group and without."""
import pathlib
import signal
import sys
import tempfile
import time
import unittest

from consume_groups_scenario import Reader, write
from harness.admin import metadata
from harness.broker import PROGRAM, SOURCE, run
from harness.groups import find_coordinator, ready
from harness.wire import Connection

sys.path.insert(0, str(SOURCE / "tests"))
from cluster.three_brokers import IDS, Cluster  # noqa: E402

AWAY, WITHIN = 2, 30
SESSIONS = {"as one that is expected back": 6_000, "as one that is gone": 1_500}  # what the controller takes it for


class Away(unittest.TestCase):
    def begin(self, session_ms):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="bs-"))
        overrides = ["group.initial.rebalance.delay.ms=0", f"broker.session.timeout.ms={session_ms}", "broker.heartbeat.interval.ms=200"]
        self.cluster = self.enterContext(Cluster("kraft", pathlib.Path(folder), overrides))
        self.address = self.cluster[1].address
        run("topics", "--bootstrap-server", self.address, "--create", "--topic", "t", "--replica-assignment", "1,2", check=True)
        self.near = self.enterContext(Connection(self.cluster[1]))
        for node in IDS:
            with Connection(self.cluster[node]) as connection:
                self.until(lambda connection=connection: "t" in (found := metadata(connection, ["t"])[2]) and found["t"][0] == 0, f"the topic on {node}")
        with Connection(self.cluster[AWAY]) as far:
            write(far, 1, "far")
        write(self.near, 0, "near")
        self.until(lambda: find_coordinator(self.near, "a")[0] == 0, "coordinators")
        self.groups = [name for name in map(chr, range(ord("a"), ord("z"))) if find_coordinator(self.near, name)[1] == 1][:2]
        for name in self.groups:
            ready(self.near, name)
        self.cluster[AWAY].stop(signal.SIGKILL)
        if session_ms < 6_000:
            self.until(lambda: AWAY not in metadata(self.near, ["t"])[0], "the end of its session")

    def until(self, true, what):
        deadline = time.monotonic() + WITHIN
        while not true():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)  # polls another process's state; there is nothing else to wait on

    def test_what_is_there_is_read_and_the_rest_when_it_is_back(self):
        for what, session_ms in SESSIONS.items():
            self.begin(session_ms)
            kinds = {"alone": (), "classic": ("--group", self.groups[0], "--command-property", "heartbeat.interval.ms=100"),
                     "assigned": ("--group", self.groups[1], "--command-property", "group.protocol=consumer")}
            readers = {kind: Reader(PROGRAM, "consume", "--bootstrap-server", self.address, "--topic", "t", "--from-beginning", *words)
                       for kind, words in kinds.items()}
            for reader in readers.values():
                self.addCleanup(lambda reader=reader: reader.process.poll() is None and reader.end(signal.SIGKILL))
            for kind, reader in readers.items():
                with self.subTest(broker=what, kind=kind):
                    reader.wait(lambda values: values == ["near"])
                    self.assertRegex(reader.process.stderr.readline(), "Connection refused; trying again$|t-1 has no leader; trying again$")
            write(self.near, 0, "meanwhile")
            for reader in readers.values():
                reader.wait(lambda values: values == ["near", "meanwhile"])
            self.cluster[AWAY].start()
            for kind, reader in readers.items():
                with self.subTest(broker=what, kind=kind):
                    reader.wait(lambda values: values == ["near", "meanwhile", "far"])
                    reader.end()

    def test_a_timeout_counts_from_the_last_record(self):
        self.begin(6_000)
        done = run("consume", "--bootstrap-server", self.address, "--topic", "t", "--from-beginning", "--timeout-ms", "2500")
        self.assertEqual((done.returncode, done.stdout), (0, "near\n"), done.stderr)
        self.assertIn("Processed a total of 1 messages", done.stderr)


if __name__ == "__main__":
    unittest.main()
