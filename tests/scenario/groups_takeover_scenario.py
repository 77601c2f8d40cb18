#!/usr/bin/env python3
"""Apache Kafka's tools on our groups, Apache Kafka on our __consumer_offsets, and we on Apache Kafka's."""
import pathlib
import tempfile
import time
import unittest

from harness.batch import batch, record
from harness.broker import PROGRAM, Broker
from harness.groups import Member, commit, committed, describe, ready
from harness.wire import Connection, create_topic, produce
from takeover_scenario import Kafka

QUICK = ["group.initial.rebalance.delay.ms=0"]


def until(ask, expected, timeout_s=60):
    """Apache Kafka is asked again until it has heard what it leads."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = ask()
        if answer == expected or time.monotonic() > deadline:
            return answer
        time.sleep(0.1)  # polls another process's state; there is nothing else to wait on


class KafkasTools(unittest.TestCase):
    def test_formatter_and_decoder_read_what_we_keep(self):
        with tempfile.TemporaryDirectory() as folder:
            broker = Broker("single", [*QUICK, "offsets.topic.num.partitions=1"], folder=folder).start()
            try:
                with Connection(broker) as connection:
                    self.assertEqual(create_topic(connection, "t", 2)[0], 0)
                    ready(connection, "g")
                    member = Member(connection, "g")
                    self.assertEqual(member.join(), 0)
                    self.assertEqual(member.sync({member.id: b""}), (0, b""))
                    self.assertEqual(commit(connection, "g", {0: 5, 1: 7}, generation=member.generation, member=member.id, metadata="note"), {0: 0, 1: 0})
                kafka = Kafka(folder, "4.3.1")
                shown = kafka.call("kafka-console-consumer.sh", "--bootstrap-server", broker.address, "--topic", "__consumer_offsets", "--partition", "0", "--offset",
                                   "earliest", "--formatter", "org.apache.kafka.tools.consumer.OffsetsMessageFormatter", "--timeout-ms", "5000", check=False)
                for text in ('"group":"g","topic":"t","partition":0', '"offset":5,', '"metadata":"note"', '"offset":7,'):
                    self.assertIn(text, shown.stdout.replace(" ", ""), shown.stderr)
                shown = kafka.call("kafka-consumer-groups.sh", "--bootstrap-server", broker.address, "--describe", "--group", "g", "--offsets", check=False)
                self.assertRegex(shown.stdout, r"g +t +0 +5 +0", shown.stderr)
            finally:
                broker.stop()
            log = pathlib.Path(folder, "data/__consumer_offsets-0/00000000000000000000.log")
            shown = kafka.call("kafka-dump-log.sh", "--offsets-decoder", "--files", str(log))
            for text in ('"group":"g"', '"topic":"t"', '"offset":5', '"protocolType":"consumer"', member.id):
                self.assertIn(text, shown.stdout.replace(" ", ""))
            self.assertNotIn("isvalid: false", shown.stdout)

    def test_a_consumer_of_kafkas_subscribes(self):
        with Broker("memory", QUICK) as broker, tempfile.TemporaryDirectory() as folder:
            with Connection(broker) as connection:
                self.assertEqual(create_topic(connection, "t")[0], 0)
                for value in (b"one", b"two", b"three"):
                    self.assertEqual(produce(connection, "t", batch([record(value=value)]))[0], 0)
            consume = ("kafka-console-consumer.sh", "--bootstrap-server", broker.address, "--topic", "t", "--group", "readers", "--timeout-ms", "15000")
            kafka = Kafka(folder, "4.3.1")
            shown = kafka.call(*consume, "--from-beginning", "--max-messages", "2")
            self.assertEqual(shown.stdout.split(), ["one", "two"])
            # The group goes on where it was.
            shown = kafka.call(*consume, "--max-messages", "1")
            self.assertEqual(shown.stdout.split(), ["three"])
            with Connection(broker) as connection:
                self.assertEqual(committed(connection, "readers"), (0, {("t", 0): (3, "", 0)}))
                self.assertEqual(describe(connection, "readers")[1], "Empty")


class Takeover(unittest.TestCase):
    def owner(self, folder, ours):
        """A started broker on the folder, and how to stop it."""
        if ours:
            broker = Broker("single", folder=folder)
            properties = pathlib.Path(folder, "server.properties")
            if properties.exists():
                broker.command = lambda: [str(PROGRAM), "server", "start", str(properties), "--override", f"listeners=PLAINTEXT://127.0.0.1:{broker.port}",
                                          "--override", f"advertised.listeners=PLAINTEXT://127.0.0.1:{broker.port}"]
            return broker.start(), broker.stop
        meta = pathlib.Path(folder, "data/meta.properties")
        cluster = None
        if meta.exists():
            cluster = next(line.split("=", 1)[1] for line in meta.read_text().splitlines() if line.startswith("cluster.id="))
        kafka = Kafka(folder, "4.3.1", cluster)
        return kafka.__enter__(), lambda: kafka.__exit__()

    def tour(self, ours):
        """Each side in turn on one folder, every commit of everybody there in the end."""
        with tempfile.TemporaryDirectory() as folder:
            expected = {}
            for turn in range(3):
                owner, stop = self.owner(folder, ours)
                try:
                    with Connection(owner) as connection:
                        if turn == 0:
                            self.assertEqual(create_topic(connection, "t", 3)[0], 0)
                        ready(connection, "g", 60)
                        offsets = {("t", p): (offset, "", 0) for p, offset in expected.items()}
                        self.assertEqual(until(lambda: committed(connection, "g", None), (0, offsets)), (0, offsets), f"turn {turn}")
                        self.assertEqual(until(lambda: commit(connection, "g", {turn: 100 + turn}), {turn: 0}), {turn: 0}, f"turn {turn}")
                        expected[turn] = 100 + turn
                finally:
                    stop()
                ours = not ours

    def test_kafka_continues_our_groups(self):
        self.tour(ours=True)

    def test_we_continue_kafkas_groups(self):
        self.tour(ours=False)


if __name__ == "__main__":
    unittest.main()
