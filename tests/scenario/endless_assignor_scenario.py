#!/usr/bin/env python3
"""An assignor that never returns: its group waits, everything else goes on, and the broker ends all the same, with its data closed cleanly."""
import pathlib
import shutil
import tempfile
import time
import unittest

from harness.broker import BUILD, Broker
from harness.consumer_groups import Talk
from harness.groups import all_ready, commit, committed, ready
from harness.wire import Connection, create_topic

CONF = f"""
node: {{id: 1}}
listeners: [{{name: PLAINTEXT, address: 127.0.0.1:9092}}]
storage: {{use: segment, config: {{dirs: [./data]}}}}
metadata: {{use: kraft}}
plugins: {{paths: [{BUILD / "tests/plugins/endless"}]}}
kafka: {{group.consumer.assignors: "endless,uniform"}}
"""


class EndlessAssignor(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="barnabas-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "endless.yaml").write_text(CONF)

    def test_the_broker_ends_without_it(self):
        broker = Broker(str(self.folder / "endless.yaml"), folder=self.folder).start()
        with Connection(broker) as connection, Connection(broker) as other:
            self.assertEqual(create_topic(connection, "t", 1)[0], 0)
            all_ready(connection)
            talk = Talk(connection)
            connection.socket.settimeout(1)
            with self.assertRaises(TimeoutError):
                talk.beat("g", "A" * 22, timeout_ms=30_000, topics=["t"], owned={})
            self.assertEqual(commit(other, "other", {0: 7}), {0: 0})
            begun = time.monotonic()
            self.assertEqual(broker.stop(timeout_s=60), 1)
        self.assertLess(time.monotonic() - begun, 40)
        said = broker.output()
        self.assertIn("assignor 'endless' does not return", said)
        self.assertIn("the process ends without it", said)
        self.assertTrue((broker.data / ".kafka_cleanshutdown").exists())
        with Broker(str(self.folder / "endless.yaml"), folder=self.folder) as again, Connection(again) as connection:
            ready(connection, "other")
            self.assertEqual(committed(connection, "other")[1]["t", 0][0], 7)


if __name__ == "__main__":
    unittest.main()
