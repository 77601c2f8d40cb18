#!/usr/bin/env python3
"""Two brokers of ours under a controller of Apache Kafka 4.3.1: they create, serve and lose partitions as brokers of Kafka would."""
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from harness.admin import leaders
from harness.batch import batch, record
from harness.broker import run
from harness.kafka_controllers import RELEASE, Controllers, SeatedBroker, within
from harness.kafka_tools import KafkaTools
from harness.wire import Connection, create_topic, fetch, produce

TOPICS, CONFIGS, CLUSTER, DUMP = ("org.apache.kafka.tools.TopicCommand", "kafka.admin.ConfigCommand", "org.apache.kafka.tools.ClusterTool",
                                  "org.apache.kafka.tools.DumpLogSegments")
MESSAGE_TOO_LARGE = 10
SESSION_S = 3
OFFLINE = "Leader: none"


class Seat(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="bs-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.kafkas = KafkaTools(RELEASE, cls.folder)
        cls.addClassCleanup(cls.kafkas.close)
        cls.controllers = Controllers(cls.folder, cls.kafkas, settings=[f"broker.session.timeout.ms={SESSION_S * 1000}"])
        cls.controller = cls.controllers.nodes[101]
        cls.addClassCleanup(cls.controllers.__exit__)
        cls.controllers.__enter__()
        cls.west, cls.east = cls.brokers = [SeatedBroker(cls.folder, node, cls.controllers.addresses, rack=rack) for node, rack in ((1, "west"), (2, "east"))]
        for broker in cls.brokers:
            cls.addClassCleanup(broker.stop, signal.SIGKILL)
            broker.start()

    def said(self):
        return "\n".join(one.output() for one in (*self.brokers, self.controller))

    def tool(self, name, broker, *words):
        code, out, err = self.kafkas.run(name, "--bootstrap-server", broker.address, *words)
        self.assertEqual(code, 0, out + err + self.said())
        return out

    def ours(self, command, broker, *words, input=None):
        result = run(command, "--bootstrap-server", broker.address, *words, input=input)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr + self.said())
        return result.stdout

    def describe(self, broker, topic):
        return run("topics", "--bootstrap-server", broker.address, "--describe", "--topic", topic).stdout

    def shown(self, broker, topic, text, seconds=30, absent=False):
        """Waits until a broker's own words about a topic have this in them, or not."""
        self.assertTrue(within(seconds, lambda: (text in self.describe(broker, topic)) != absent), self.describe(broker, topic) + self.said())

    def place(self, topic, *replicas, via=None, also=()):
        """A topic whose partitions are these brokers', and which all brokers know."""
        with Connection(via or self.west) as connection:
            self.assertEqual(create_topic(connection, topic, -1, (), [(i, r) for i, r in enumerate(replicas)], -1)[0], 0, self.said())
        for broker in (*self.brokers, *also):
            with Connection(broker) as connection:
                self.assertTrue(within(30, lambda: list(leaders(connection, topic)) == list(range(len(replicas)))), self.said())

    def send(self, broker, topic, *values, words=()):
        self.ours("produce", broker, "--topic", topic, *words, input="".join(f"{value}\n" for value in values))

    def values(self, broker, topic, count):
        return sorted(self.ours("consume", broker, "--topic", topic, "--from-beginning", "--max-messages", str(count)).split())

    def states(self):
        """{node: (rack, state)} by Kafka's tool."""
        code, out, err = self.kafkas.run(CLUSTER, "list-endpoints", "--include-fenced-brokers", "--bootstrap-server", self.west.address)
        self.assertEqual(code, 0, out + err)
        rows = [line.split() for line in out.splitlines()[1:]]
        return {int(row[0]): (row[3], row[4]) for row in rows if int(row[0]) in (1, 2)}

    def test_it_registers_as_a_broker_of_kafka_does(self):
        self.assertEqual(self.states(), {1: ("west", "unfenced"), 2: ("east", "unfenced")})
        log = next((self.controller.folder / "data/__cluster_metadata-0").glob("*.log"))
        code, out, err = self.kafkas.run(DUMP, "--cluster-metadata-decoder", "--files", log)
        self.assertEqual(code, 0, err)
        for broker in self.brokers:
            directory = (broker.data / "meta.properties").read_text().split("directory.id=")[1].split()[0]
            lines = [line for line in out.splitlines() if "REGISTER_BROKER_RECORD" in line and f'"brokerId":{broker.node},' in line]
            self.assertTrue(lines, out)
            self.assertIn(f'"logDirs":["{directory}"]', lines[0])
            self.assertIn('{"name":"metadata.version","minSupportedVersion":7,"maxSupportedVersion":30}', lines[0])

    def test_topics_of_both_tools_through_either_broker(self):
        self.tool(TOPICS, self.west, "--create", "--topic", "theirs", "--partitions", 4)
        self.ours("topics", self.east, "--create", "--topic", "ours", "--partitions", "4")
        for topic in ("theirs", "ours"):
            for broker in self.brokers:
                self.shown(broker, topic, "PartitionCount: 4")
                self.assertNotIn(OFFLINE, self.describe(broker, topic))
            self.send(self.east, topic, *range(20))
            self.assertEqual(self.values(self.west, topic, 20), sorted(map(str, range(20))))
            kept = [path.name for broker in self.brokers for path in broker.data.glob(f"{topic}-*")]  # of those that have records
            self.assertTrue(kept and len(kept) == len(set(kept)) and set(kept) <= {f"{topic}-{i}" for i in range(4)}, kept)
        self.tool(TOPICS, self.east, "--alter", "--topic", "ours", "--partitions", 6)
        self.ours("topics", self.west, "--alter", "--topic", "theirs", "--partitions", "6")
        for topic in ("theirs", "ours"):
            self.shown(self.west, topic, "PartitionCount: 6")
            self.shown(self.east, topic, "Partition: 5\tLeader: ")
        self.tool(TOPICS, self.west, "--delete", "--topic", "ours")
        self.ours("topics", self.east, "--delete", "--topic", "theirs")
        for topic in ("theirs", "ours"):
            for broker in self.brokers:
                self.shown(broker, topic, "PartitionCount", absent=True)
                self.assertTrue(within(30, lambda: not list(broker.data.glob(f"{topic}-?"))), os.listdir(broker.data))

    def test_configs_are_taken_up_where_the_partition_is(self):
        self.place("small", [2])
        large = batch([record(value=os.urandom(3000))])
        with Connection(self.east) as connection:
            self.assertEqual(produce(connection, "small", large)[0], 0)
            self.tool(CONFIGS, self.west, "--alter", "--entity-type", "topics", "--entity-name", "small", "--add-config", "max.message.bytes=2000")
            self.assertTrue(within(30, lambda: produce(connection, "small", large)[0] == MESSAGE_TOO_LARGE), self.said())
            self.ours("configs", self.east, "--alter", "--entity-type", "topics", "--entity-name", "small", "--delete-config", "max.message.bytes")
            self.assertTrue(within(30, lambda: produce(connection, "small", large)[0] == 0), self.said())

    def test_a_topic_is_made_by_a_producer_that_needs_it(self):
        sent = subprocess.run(["kcat", "-b", self.east.address, "-P", "-t", "made", "-p", "0"], input="one\n", capture_output=True, text=True, timeout=60)
        self.assertEqual(sent.returncode, 0, sent.stderr + self.said())
        self.assertEqual(self.values(self.west, "made", 1), ["one"])

    def test_idempotent_producers_get_ids_of_the_controller(self):
        self.place("ids", [1], [2])
        for broker in self.brokers:
            sent = subprocess.run(["kcat", "-b", broker.address, "-P", "-t", "ids", "-X", "enable.idempotence=true"], input="a\nb\n", capture_output=True,
                                  text=True, timeout=60)
            self.assertEqual(sent.returncode, 0, sent.stderr + self.said())
        self.assertEqual(self.values(self.west, "ids", 4), ["a", "a", "b", "b"])

    def test_groups_commit_and_go_on(self):
        self.place("shop", [1], [2])
        self.send(self.west, "shop", 1, 2, 3)
        words = ["--topic", "shop", "--group", "buyers", "--from-beginning", "--max-messages"]
        self.assertEqual(sorted(self.ours("consume", self.west, *words, "3").split()), ["1", "2", "3"])
        self.send(self.east, "shop", 4)
        self.assertEqual(self.ours("consume", self.east, *words, "1").split(), ["4"])

    def test_a_broker_that_is_killed_loses_its_partitions_and_has_them_again(self):
        self.place("kept", [1], [2])
        self.send(self.west, "kept", *range(50))
        self.east.stop(signal.SIGKILL)
        self.shown(self.west, "kept", OFFLINE, SESSION_S + 20)
        self.assertIn("Leader: 1", self.describe(self.west, "kept"))
        self.east.start()
        self.shown(self.west, "kept", OFFLINE, absent=True)
        self.assertEqual(self.values(self.east, "kept", 50), sorted(map(str, range(50))))

    def test_a_broker_that_is_stopped_hands_its_partitions_over_at_once(self):
        self.place("left", [1], [2])
        self.send(self.west, "left", 1, 2, 3)
        self.assertEqual(self.east.stop(), 0)
        self.assertEqual(self.states(), {1: ("west", "unfenced"), 2: ("east", "fenced")})
        self.shown(self.west, "left", OFFLINE, 1)
        self.east.start()
        with Connection(self.east) as connection:
            self.assertEqual(fetch(connection, "left", partition=1)[1][0][0], 0, "it knows that it leads when it serves" + self.said())
        self.shown(self.west, "left", OFFLINE, absent=True)
        self.assertEqual(self.values(self.west, "left", 3), ["1", "2", "3"])

    def test_brokers_serve_while_the_controller_is_away(self):
        self.place("lasting", [1], [2])
        self.controller.stop()
        try:
            # Without a producer id: those come from the controller, and who wants a new one waits for it.
            self.send(self.east, "lasting", *range(10), words=("--command-property", "enable.idempotence=false"))
            self.assertEqual(self.values(self.west, "lasting", 10), sorted(map(str, range(10))))
        finally:
            self.controller.start()
            self.assertTrue(within(60, self.controller.listens))
        made = ["topics", "--bootstrap-server", self.west.address, "--create", "--topic", "afterwards", "--partitions", "2"]
        self.assertTrue(within(60, lambda: run(*made).returncode == 0), self.said())
        self.shown(self.east, "afterwards", OFFLINE, absent=True)
        self.send(self.east, "afterwards", 1, 2)
        self.assertEqual(self.values(self.west, "afterwards", 2), ["1", "2"])
        self.shown(self.west, "lasting", OFFLINE, absent=True)

    def test_a_partition_with_two_replicas_keeps_both_fenced_until_it_is_gone(self):
        self.place("alone", [1], [2])
        self.send(self.west, "alone", 1, 2)
        self.place("shared", [1, 2])
        for broker in self.brokers:
            self.shown(broker, "alone", "Leader: none\tReplicas: %d" % broker.node)
            self.assertIn("this broker stays fenced: partition shared-0 is placed on it and on others", broker.output())
        self.east.stop()
        self.east.start_process()  # it does not serve before it is unfenced
        self.assertTrue(within(30, lambda: self.east.output().count("stays fenced: partition shared-0") == 2), self.said())
        self.ours("topics", self.west, "--delete", "--topic", "shared")
        for broker in self.brokers:
            self.assertTrue(within(30, broker.listens), self.said())
            self.shown(broker, "alone", OFFLINE, absent=True)
        self.assertIn("nothing keeps this broker fenced any more", self.west.output())
        self.assertEqual(self.values(self.east, "alone", 2), ["1", "2"])

    def test_an_id_is_one_brokers_at_a_time(self):
        twin = SeatedBroker(self.folder / "twin", 1, self.controllers.addresses, ["initial.broker.registration.timeout.ms=1000"]).start_process()
        self.addCleanup(twin.stop)
        self.assertEqual(twin.process.wait(30), 1, twin.output())
        self.assertIn("DUPLICATE_BROKER_REGISTRATION", twin.output())
        self.place("single", [1])
        self.send(self.east, "single", 1)
        self.assertEqual(self.values(self.west, "single", 1), ["1"])

    def test_a_broker_with_two_directories_uses_both(self):
        with SeatedBroker(self.folder, 3, self.controllers.addresses, directories=("first", "second")) as broker:
            self.place("spread", [3], [3], [3], [3], also=[broker])
            for partition in range(4):
                with Connection(broker) as connection:
                    self.assertEqual(produce(connection, "spread", batch([record(value=b"%d" % partition)]), partition)[0], 0)
            broker.stop()
            self.assertEqual(sorted(len(list((broker.folder / name).glob("spread-*"))) for name in ("first", "second")), [2, 2])
            broker.start()
            self.shown(self.west, "spread", OFFLINE, absent=True)
            self.assertEqual(self.values(self.west, "spread", 4), ["0", "1", "2", "3"])
            self.ours("topics", self.west, "--delete", "--topic", "spread")
            self.assertTrue(within(30, lambda: not list(broker.folder.glob("*/spread-?"))), self.said())


if __name__ == "__main__":
    unittest.main()
