#!/usr/bin/env python3
"""conf/offsets-*.yaml, each against the real server that it names: offsets outlive broker and server, and a server that is away is retriable."""
import os
import pathlib
import sys
import tempfile
import time
import unittest

from harness.broker import SOURCE, Broker
from harness.groups import COORDINATOR_NOT_AVAILABLE, commit, committed, describe, ready
from harness.wire import Connection, create_topic

sys.path.insert(0, str(SOURCE / "tests/services"))
from services import MariaDb, Redis, ZooKeeper  # noqa: E402

NOT_LEADING, LOADING = 16, 14
LATER = {COORDINATOR_NOT_AVAILABLE, NOT_LEADING, LOADING}
WITHIN = 60


class Stores(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bs-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        os.environ["BARNABAS_MYSQL_PASSWORD"] = "secret"

    def commit_until_taken(self, broker, offset):
        deadline = time.monotonic() + WITHIN
        while True:
            with Connection(broker) as connection:
                error = commit(connection, "app", {0: offset})[0]
            if error == 0:
                return
            self.assertIn(error, LATER)
            self.assertLess(time.monotonic(), deadline, broker.output())

    def expect(self, broker, offset):
        with Connection(broker) as connection:
            ready(connection, "app")
            self.assertEqual(committed(connection, "app"), (0, {("t", 0): (offset, "", 0)}), broker.output())

    def boots(self, name, service, standard_port):
        text = (SOURCE / f"conf/offsets-{name}.yaml").read_text()
        self.assertEqual(text.count(str(standard_port)), 1)
        conf = self.folder / "conf.yaml"
        conf.write_text(text.replace(str(standard_port), str(service.port)))
        broker = Broker(conf, folder=self.folder)
        with broker:
            with Connection(broker) as connection:
                self.assertEqual(create_topic(connection, "t", 1)[0], 0)
                ready(connection, "app")
            self.commit_until_taken(broker, 5)
            self.expect(broker, 5)
            service.kill()
            with Connection(broker) as connection:
                self.assertIn(commit(connection, "app", {0: 6})[0], LATER)
                # Where nobody knows whether the server still took it, nothing is told until it can be asked.
                if describe(connection, "app")[0] == 0:
                    self.assertEqual(committed(connection, "app"), (0, {("t", 0): (5, "", 0)}), broker.output())
            service.start()
            self.commit_until_taken(broker, 7)
            self.expect(broker, 7)
        with broker:
            self.expect(broker, 7)

    def test_mysql(self):
        with MariaDb(self.folder / "m") as service:
            service.admit("barnabas", "secret")
            self.boots("mysql", service, 3306)

    def test_redis(self):
        with Redis(self.folder / "r") as service:
            self.boots("redis", service, 6379)

    def test_zookeeper(self):
        with ZooKeeper(self.folder / "z") as service:
            self.boots("zookeeper", service, 2181)


if __name__ == "__main__":
    unittest.main()
