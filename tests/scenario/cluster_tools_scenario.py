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
        cls.broker = Broker("single", ["broker.rack=west"]).start()
        cls.addClassCleanup(cls.broker.__exit__)
        with Connection(cls.broker) as connection:
            create_topic(connection, "orders", 12)
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
        self.assertIn("Topics: 1  Partitions: 12  Without leader: 0", out)
        self.assertEqual(out.splitlines()[-1].split(), ["1", "127.0.0.1", str(self.broker.port), "west", "unfenced", "yes", "12", "12", "0"])

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
        self.assertEqual((code, out, err), (0, "orders\n/image/topics/byName\n", ""))
        code, _, err = ours("barnabas", "metadata", "cat", "nope", "--snapshot", self.broker.data)
        self.assertEqual((code, err), (1, "cat: nope: No such file or directory.\n"))


if __name__ == "__main__":
    unittest.main()
