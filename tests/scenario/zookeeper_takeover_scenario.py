#!/usr/bin/env python3
"""Apache Kafka 3.9.2 and we, in turn, on one ensemble: each finds the other's topics and settings, and serves them. Each has a data folder of its own."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from harness.broker import SOURCE, Broker, free_port, run
from harness.kafka_tools import KafkaTools
from harness.wire import Connection, array, create_topic, i8, string

sys.path.insert(0, str(SOURCE / "tests/services"))
from services import ZooKeeper  # noqa: E402

KAFKA = SOURCE / "tests/compat/kafka/kafka"
RELEASE = "3.9.2"
TOPICS, CONFIGS = "org.apache.kafka.tools.TopicCommand", "kafka.admin.ConfigCommand"
DESCRIBE_CONFIGS, BROKER = 32, 4
WITHIN = 60


class Kafka:
    """A broker of an ensemble that is there; `with` starts and stops it."""

    def __init__(self, folder, zookeeper_port, broker_id=1):
        self.folder, self.port = folder, free_port()
        folder.mkdir(exist_ok=True)
        (folder / "server.properties").write_text(
            f"broker.id={broker_id}\nzookeeper.connect=127.0.0.1:{zookeeper_port}\nlisteners=PLAINTEXT://127.0.0.1:{self.port}\nlog.dirs={folder}/data\n"
            "offsets.topic.replication.factor=1\nzookeeper.session.timeout.ms=6000\ngroup.initial.rebalance.delay.ms=0\n")

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def __enter__(self):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([KAFKA, "-v", RELEASE, "class", "kafka.Kafka", self.folder / "server.properties"], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, env={**os.environ, "KAFKA_HEAP_OPTS": "-Xmx384M"})
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.log.close()

    def output(self):
        return (self.folder / "log").read_text(errors="replace")


def kcat(owner, *words, input=None):
    return subprocess.run(["kcat", "-b", owner.address, *words], input=input, capture_output=True, text=True, timeout=60)


class Takeover(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bs-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.tools = KafkaTools(RELEASE, self.folder)
        self.addCleanup(self.tools.close)

    def ours(self, service):
        folder = self.folder / "ours"
        folder.mkdir(exist_ok=True)
        conf = folder / "zookeeper.yaml"
        conf.write_text((SOURCE / "conf/zookeeper.yaml").read_text().replace("127.0.0.1:2181", f"127.0.0.1:{service.port}"))
        return Broker(conf, folder=folder)

    def tool(self, owner, main, *words):
        code, out, err = self.tools.run(main, "--bootstrap-server", owner.address, *words)
        self.assertEqual(code, 0, out + err + owner.output())
        return out

    def shows(self, owner, text, *words):
        """What a tool says of the owner's topics, when it has come that far after its start."""
        deadline = time.monotonic() + WITHIN
        while True:
            code, out, err = self.tools.run(TOPICS, "--bootstrap-server", owner.address, "--describe", *words)
            if code == 0 and text in out:
                return out
            self.assertLess(time.monotonic(), deadline, out + err + owner.output())

    def exchange(self, owner, topic, value):
        deadline = time.monotonic() + WITHIN
        while kcat(owner, "-P", "-t", topic, "-p", "0", "-K", ":", input=f"k:{value}\n").returncode != 0:
            self.assertLess(time.monotonic(), deadline, owner.output())
        self.assertIn(value, kcat(owner, "-C", "-t", topic, "-p", "0", "-e", "-q", "-o", "beginning").stdout.splitlines(), owner.output())

    def broker_defaults(self, owner):
        """What is set for all brokers, by DescribeConfigs v0; the tool prints it where nobody can catch it."""
        with Connection(owner) as connection:
            reply = connection.ask(DESCRIBE_CONFIGS, 0, array([i8(BROKER) + string("") + array(None)]))
            reply.i32(), reply.i32()
            self.assertEqual(reply.i16(), 0)
            reply.string(), reply.i8(), reply.string()
            return dict(reply.array(lambda: (reply.string(), reply.string(), reply.i8(), reply.i8(), reply.i8())[:2]))

    def test_in_turn_on_one_ensemble(self):
        with ZooKeeper(self.folder / "z") as service:
            with self.ours(service) as broker:
                with Connection(broker) as connection:
                    self.assertEqual(create_topic(connection, "ours", 3, [("retention.ms", "123456")])[0], 0)
                    self.assertEqual(create_topic(connection, "grown", 1)[0], 0)
                    self.assertEqual(create_topic(connection, "gone", 20)[0], 0)
                self.exchange(broker, "ours", "from us")
                ids = {line.split("TopicId: ")[1].split()[0] for line in self.shows(broker, "Topic: ours", "--topic", "ours").splitlines() if "TopicId" in line}
            with Kafka(self.folder / "theirs", service.port) as kafka:
                out = self.shows(kafka, "Leader: 1", "--topic", "ours")
                self.assertIn("PartitionCount: 3", out)
                self.assertIn("retention.ms=123456", out)
                self.assertIn(next(iter(ids)), out)
                self.exchange(kafka, "ours", "from them")
                self.tool(kafka, TOPICS, "--create", "--topic", "theirs", "--partitions", 2, "--config", "cleanup.policy=compact")
                self.tool(kafka, TOPICS, "--alter", "--topic", "grown", "--partitions", 4)
                self.tool(kafka, TOPICS, "--delete", "--topic", "gone")
                self.tool(kafka, CONFIGS, "--alter", "--entity-type", "topics", "--entity-name", "ours", "--add-config", "segment.ms=777777")
                self.tool(kafka, CONFIGS, "--alter", "--entity-type", "brokers", "--entity-default", "--add-config", "log.retention.ms=888888")
                self.exchange(kafka, "theirs", "from them")
            with self.ours(service) as broker:
                out = self.shows(broker, "Topic: theirs")
                self.assertNotIn("Topic: gone", out)
                for line in ("Topic: theirs", "PartitionCount: 2", "cleanup.policy=compact", "PartitionCount: 4", "segment.ms=777777", "retention.ms=123456"):
                    self.assertIn(line, out)
                self.assertEqual(self.broker_defaults(broker)["log.retention.ms"], "888888")
                self.exchange(broker, "theirs", "from us")
                self.exchange(broker, "grown", "from us")
                self.assertIn("from us", kcat(broker, "-C", "-t", "ours", "-e", "-q", "-o", "beginning").stdout)
                self.tool(broker, TOPICS, "--delete", "--topic", "theirs")
                self.tool(broker, CONFIGS, "--alter", "--entity-type", "topics", "--entity-name", "ours", "--delete-config", "segment.ms")
            with Kafka(self.folder / "theirs", service.port) as kafka:
                out = self.shows(kafka, "Leader: 1", "--topic", "ours")
                self.assertNotIn("segment.ms", out)
                self.assertNotIn("theirs", self.tool(kafka, TOPICS, "--list"))
                self.assertIn("from them", kcat(kafka, "-C", "-t", "ours", "-p", "0", "-e", "-q", "-o", "beginning").stdout)

    def test_beside_a_broker_of_another_make_none_starts(self):
        with ZooKeeper(self.folder / "z") as service, Kafka(self.folder / "theirs", service.port, 2) as kafka:
            self.exchange(kafka, "theirs", "one")
            ours = self.ours(service)
            result = run("server", "start", ours.conf, "--override", f"listeners=PLAINTEXT://{ours.address}", "--override", f"log.dirs={ours.data}",
                         cwd=ours.folder)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("broker 2 is registered", result.stdout + result.stderr)
            self.assertIn(f"127.0.0.1:{kafka.port}", result.stdout + result.stderr)
            self.exchange(kafka, "theirs", "two")


if __name__ == "__main__":
    unittest.main()
