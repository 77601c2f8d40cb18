#!/usr/bin/env python3
"""Brokers that find no seat under controllers: each ends in time, and says why."""
import pathlib
import signal
import socket
import tempfile
import unittest

from harness.broker import free_port
from harness.kafka_controllers import CLUSTER_ID, RELEASE, Controllers, SeatedBroker, within
from harness.kafka_tools import KafkaTools

PATIENCE = ["initial.broker.registration.timeout.ms=1500"]
OTHER = "b3RoZXItb3RoZXItb3RoZQ"


class Unseated(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bs-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def broker(self, node, addresses, *arguments, **options):
        broker = SeatedBroker(self.folder, node, addresses, *arguments, **options)
        self.addCleanup(broker.stop, signal.SIGKILL)
        return broker

    def refused(self, broker, *words, seconds=30):
        broker.start_process()
        self.assertEqual(broker.process.wait(seconds), 1, broker.output())
        for word in words:
            self.assertIn(word, broker.output())

    def test_nobody_listens(self):
        addresses = [f"127.0.0.1:{free_port()}" for _ in range(2)]
        self.refused(self.broker(1, ",".join(addresses), PATIENCE), f"no controller of {', '.join(addresses)} answers", "Connection refused")

    def test_nobody_answers(self):
        with socket.create_server(("127.0.0.1", 0)) as mute:
            address = f"127.0.0.1:{mute.getsockname()[1]}"
            self.refused(self.broker(1, address, PATIENCE), f"no controller of {address} answers")

    def test_a_start_that_waits_ends_when_it_is_told_to(self):
        refused = self.broker(1, f"127.0.0.1:{free_port()}").start_process()
        self.assertTrue(within(30, refused.output), "it says that nobody is there")
        self.assertEqual(refused.stop(timeout_s=10), 0, refused.output())
        with socket.create_server(("127.0.0.1", 0)) as mute:
            mute.settimeout(30)
            unanswered = self.broker(2, f"127.0.0.1:{mute.getsockname()[1]}").start_process()
            with mute.accept()[0]:
                self.assertEqual(unanswered.stop(timeout_s=10), 0, unanswered.output())

    def test_under_controllers_that_want_what_brokers_of_ours_do_not_have(self):
        kafkas = KafkaTools(RELEASE, self.folder)
        self.addCleanup(kafkas.close)
        with Controllers(self.folder, kafkas, features=["share.version=0", "streams.version=0"]) as controllers:
            self.refused(self.broker(1, controllers.addresses), "UNSUPPORTED_VERSION", "transaction.version at level 2, this broker has 0 to 0")
            other = self.broker(2, controllers.addresses)
            other.data.mkdir()
            (other.data / "meta.properties").write_text(f"version=1\ncluster.id={OTHER}\nnode.id=2\ndirectory.id={OTHER}\n")
            self.refused(other, f"of another cluster than {OTHER}")
            self.assertIn(f"cluster.id={OTHER}", (other.data / "meta.properties").read_text())
            self.assertNotIn(CLUSTER_ID, (other.data / "meta.properties").read_text())


if __name__ == "__main__":
    unittest.main()
