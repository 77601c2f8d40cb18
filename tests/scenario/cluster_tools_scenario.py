#!/usr/bin/env python3
"""What the cluster and its metadata look like to an operator: our programs beside Apache Kafka's, on our broker and on what it stored."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from harness.broker import BUILD, Broker
from harness.kafka_tools import KafkaTools
from harness.wire import Connection, create_topic

TREES = ["/image", "/image/topics/byName", "/image/configs"]


def ours(script, *words, input=None):
    done = subprocess.run([BUILD / "bin" / script, *map(str, words)], capture_output=True, text=True, input=input, timeout=60)
    return done.returncode, done.stdout, done.stderr


class ClusterTools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.kafkas = KafkaTools("4.3.1", cls.folder.name)
        cls.addClassCleanup(cls.kafkas.close)
        cls.broker = Broker("single", ["broker.rack=west", "log.retention.hours=2", "log.roll.ms=90000000", "log.roll.hours=9"]).start()
        cls.addClassCleanup(cls.broker.__exit__)
        with Connection(cls.broker) as connection:
            create_topic(connection, "orders", 12)
            create_topic(connection, "usual", -1, replication=-1)
        server = ("--bootstrap-server", cls.broker.address)
        assert ours("kafka-configs.sh", *server, "--alter", "--topic", "orders", "--add-config", "retention.ms=5000")[0] == 0

    def test_both_tools_say_the_same_of_the_cluster(self):
        for words in (["cluster-id"], ["list-endpoints"], ["list-endpoints", "--include-fenced-brokers"], ["unregister", "--id", "7"]):
            with self.subTest(words):
                words = [*words, "--bootstrap-server", self.broker.address]
                self.assertEqual(ours("kafka-cluster.sh", *words)[:2], self.kafkas.run("org.apache.kafka.tools.ClusterTool", *words)[:2])

    def test_describe_says_what_each_broker_carries(self):
        code, out, _ = ours("barnabas", "cluster", "describe", "--bootstrap-server", self.broker.address)
        self.assertEqual(code, 0)
        self.assertIn("Topics: 2  Partitions: 13  Without leader: 0", out)
        self.assertEqual(out.splitlines()[-1].split(), ["1", "127.0.0.1", str(self.broker.port), "west", "unfenced", "yes", "13", "13", "0"])

    def configs(self, *words):
        code, out, err = ours("kafka-configs.sh", "--bootstrap-server", self.broker.address, "--describe", *words)
        self.assertEqual((code, err), (0, ""))
        return {name: rest for name, _, rest in (line.strip().partition("=") for line in out.splitlines()[1:])}

    def test_where_settings_come_from_is_said_as_apache_kafka_says_it(self):
        # A topic's key is told with what brokers say in the first of their words for it, and what stands behind that.
        told = self.configs("--topic", "usual", "--all")
        self.assertEqual(told["retention.ms"], "7200000 sensitive=false synonyms={}")
        self.assertEqual(told["segment.ms"], "90000000 sensitive=false synonyms={STATIC_BROKER_CONFIG:log.roll.ms=90000000, "
                         "STATIC_BROKER_CONFIG:log.roll.hours=9, DEFAULT_CONFIG:log.roll.hours=168}")
        self.assertEqual(told["leader.replication.throttled.replicas"], " sensitive=false synonyms={}")
        self.assertEqual(told["cleanup.policy"], "delete sensitive=false synonyms={DEFAULT_CONFIG:log.cleanup.policy=delete}")
        told = self.configs("--topic", "orders", "--all")
        self.assertEqual(told["retention.ms"], "5000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=5000}")

    def test_what_the_deployment_says_in_its_own_words_is_told_in_kafkas(self):
        told = {name: rest.split(" sensitive=")[0] for name, rest in self.configs("--broker", "1", "--all").items()}
        address = f"PLAINTEXT://{self.broker.address}"
        wanted = {"node.id": "1", "broker.id": "1", "broker.rack": "west", "listeners": address, "advertised.listeners": address,
                  "log.dirs": str(self.broker.data)}
        self.assertEqual({name: told.get(name) for name in wanted}, wanted)
        self.assertEqual(len(told), 340, "as many as Apache Kafka 4.3.1 lists")

    def test_both_shells_show_the_same_of_the_metadata(self):
        log = pathlib.Path(self.folder.name, "00000000000000000000.log")  # Kafka's shell wants the broker's folder for itself
        shutil.copy(self.broker.data / "__cluster_metadata-0/00000000000000000000.log", log)
        for command in ("tree", "ls", "find", "cat"):
            for path in [*TREES, "/image/topics/byName/orders/11", "/image/nope"]:
                with self.subTest(command=command, path=path):
                    words = ["--snapshot", log, command, path]
                    told = ours("kafka-metadata-shell.sh", *words)[:2]
                    for _ in range(20):  # Kafka's shell begins to answer before it has read everything
                        kafkas = self.kafkas.run("org.apache.kafka.shell.MetadataShell", *words)[:2]
                        if kafkas == told:
                            break
                    self.assertEqual(told, kafkas)

    def test_a_running_brokers_folder_is_read_and_lines_are_taken(self):
        code, out, err = ours("barnabas", "metadata", "shell", "--snapshot", self.broker.data, input="cd image/topics/byName\nls\npwd\nexit\nls\n")
        self.assertEqual((code, out, err), (0, "orders\nusual\n/image/topics/byName\n", ""))
        code, _, err = ours("barnabas", "metadata", "cat", "nope", "--snapshot", self.broker.data)
        self.assertEqual((code, err), (1, "cat: nope: No such file or directory.\n"))


if __name__ == "__main__":
    unittest.main()
