#!/usr/bin/env python3
"""Brokers of ours under three controllers of Apache Kafka 4.3.1: they follow whoever leads, and who comes late comes by a snapshot."""
import os
import pathlib
import re
import signal
import tempfile
import unittest

from harness.broker import run
from harness.kafka_controllers import RELEASE, Controllers, SeatedBroker, within
from harness.kafka_tools import KafkaTools

QUORUM = "org.apache.kafka.tools.MetadataQuorumCommand"
SETTINGS = ["broker.session.timeout.ms=9000", "metadata.log.max.record.bytes.between.snapshots=1000"]


class Quorum(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="bs-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.kafkas = KafkaTools(RELEASE, cls.folder)
        cls.addClassCleanup(cls.kafkas.close)
        cls.controllers = Controllers(cls.folder, cls.kafkas, count=3, settings=SETTINGS)
        cls.addClassCleanup(cls.controllers.__exit__)
        cls.controllers.__enter__()
        cls.brokers = [SeatedBroker(cls.folder, node, cls.controllers.addresses) for node in (1, 2)]
        for broker in cls.brokers:
            cls.addClassCleanup(broker.stop, signal.SIGKILL)
            broker.start()

    def said(self):
        return "\n".join(one.output() for one in (*self.brokers, *self.controllers.nodes.values()))

    def topics(self, broker, *words):
        return run("topics", "--bootstrap-server", broker.address, *words)

    def created(self, broker, topic, seconds=30):
        """Whether a topic was made, and both brokers know it in time: what one has not heard when the leader ends it hears from the next."""
        within(seconds, lambda: self.topics(broker, "--create", "--topic", topic, "--replica-assignment", "1,2").returncode == 0)
        return within(seconds, lambda: all(self.leaders(one, topic) == 2 for one in self.brokers))

    def leaders(self, broker, topic):
        return len(re.findall(r"Leader: \d", self.topics(broker, "--describe", "--topic", topic).stdout))

    def exchange(self, topic, sender, receiver):
        sent = run("produce", "--bootstrap-server", sender.address, "--topic", topic, input="a\nb\nc\nd\n")
        self.assertEqual(sent.returncode, 0, sent.stderr + self.said())
        got = run("consume", "--bootstrap-server", receiver.address, "--topic", topic, "--from-beginning", "--max-messages", "4")
        self.assertEqual(sorted(got.stdout.split()), ["a", "b", "c", "d"], got.stderr + self.said())

    def leader(self):
        """The controller that leads, by Kafka's own tool through a broker of ours."""
        def ask():
            _, out, _ = self.kafkas.run(QUORUM, "--bootstrap-server", self.brokers[0].address, "describe", "--status")
            found = re.search(r"LeaderId:\s+(\d+)", out)
            return self.controllers.nodes.get(int(found[1])) if found else None
        leader = within(30, ask)
        self.assertIsNotNone(leader, self.said())
        return leader

    def test_a_broker_that_comes_late_comes_by_the_snapshot(self):
        leader = self.leader()
        for n in range(20):
            self.assertEqual(self.topics(self.brokers[n % 2], "--create", "--topic", f"early-{n}", "--partitions", "2").returncode, 0, self.said())
        self.assertTrue(within(30, lambda: list(leader.folder.glob("data/__cluster_metadata-0/*.checkpoint"))), os.listdir(leader.folder / "data"))
        with SeatedBroker(self.folder, 3, self.controllers.addresses) as late:
            self.assertRegex(late.output(), r"the snapshot of everything below offset [1-9]\d* comes from")
            self.assertEqual(self.topics(late, "--list").stdout.split(), self.topics(self.brokers[0], "--list").stdout.split())
            self.exchange("early-7", late, self.brokers[1])

    def test_brokers_follow_the_next_leader(self):
        self.assertTrue(self.created(self.brokers[0], "before"), self.said())
        first = self.leader()
        first.stop()
        try:
            self.exchange("before", *self.brokers)
            self.assertTrue(self.created(self.brokers[1], "after"), self.said())
            self.exchange("after", *self.brokers)
            self.assertNotEqual(self.leader().node, first.node)
            second = self.leader()
            second.stop()
            try:
                refused = self.topics(self.brokers[0], "--create", "--topic", "never", "--partitions", "1")
                self.assertNotEqual(refused.returncode, 0, "one of three is no majority")
                self.assertIn("not the correct controller", refused.stdout + refused.stderr)
            finally:
                second.start()
            self.assertTrue(self.created(self.brokers[0], "again", 60), self.said())
            self.exchange("again", *self.brokers)
        finally:
            first.start()


if __name__ == "__main__":
    unittest.main()
