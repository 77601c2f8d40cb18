#!/usr/bin/env python3
"""Apache Kafka 3.9.2 and we, in turn, on one ensemble and one data folder: each finds the other's topics, settings and records, and serves them."""
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
GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
DESCRIBE_CONFIGS, BROKER = 32, 4
WITHIN = 60


class Kafka:
    """A broker of an ensemble that is there; `with` starts and stops it."""

    def __init__(self, folder, zookeeper_port, broker_id=1, data=None):
        self.folder, self.port = folder, free_port()
        folder.mkdir(exist_ok=True)
        (folder / "server.properties").write_text(
            f"broker.id={broker_id}\nzookeeper.connect=127.0.0.1:{zookeeper_port}\nlisteners=PLAINTEXT://127.0.0.1:{self.port}\nlog.dirs={data or folder / 'data'}\n"
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

    def ours(self, service, name="ours"):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        conf = folder / "zookeeper.yaml"
        conf.write_text((SOURCE / "conf/zookeeper.yaml").read_text().replace("127.0.0.1:2181", f"127.0.0.1:{service.port}"))
        return Broker(conf, folder=folder)

    def refusal(self, ours, data):
        result = run("server", "start", ours.conf, "--override", f"listeners=PLAINTEXT://{ours.address}", "--override", f"log.dirs={data}", cwd=ours.folder)
        self.assertNotEqual(result.returncode, 0)
        return result.stdout + result.stderr

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

    def exchange(self, owner, topic, value, before=()):
        """Adds a record, behind those that anybody has added before it."""
        deadline = time.monotonic() + WITHIN
        while kcat(owner, "-P", "-t", topic, "-p", "0", "-K", ":", input=f"k:{value}\n").returncode != 0:
            self.assertLess(time.monotonic(), deadline, owner.output())
        read = kcat(owner, "-C", "-t", topic, "-p", "0", "-e", "-q", "-o", "beginning").stdout.splitlines()
        self.assertEqual(read, [*before, value], owner.output())

    def commit(self, owner, topic, offset):
        """How far the group has come that reads partition 0 alone."""
        self.tool(owner, GROUPS, "--group", "readers", "--topic", f"{topic}:0", "--reset-offsets", "--to-offset", offset, "--execute")

    def committed(self, owner):
        deadline = time.monotonic() + WITHIN
        while True:
            code, out, err = self.tools.run(GROUPS, "--bootstrap-server", owner.address, "--describe", "--group", "readers", "--offsets")
            for words in map(str.split, out.splitlines()):
                if code == 0 and words[:1] == ["readers"]:
                    return int(words[3])
            self.assertLess(time.monotonic(), deadline, out + err + owner.output())

    def form(self, owner):
        """What the data folder says of itself, but for its date."""
        lines = ((owner.data if isinstance(owner, Broker) else owner.folder / "data") / "meta.properties").read_text().splitlines()
        return sorted(line for line in lines if not line.startswith("#"))

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
                self.exchange(broker, "ours", "one")
                self.commit(broker, "ours", 1)
                form = self.form(broker)
                ids = {line.split("TopicId: ")[1].split()[0] for line in self.shows(broker, "Topic: ours", "--topic", "ours").splitlines() if "TopicId" in line}
            data = self.folder / "ours/data"
            with Kafka(self.folder / "theirs", service.port, data=data) as kafka:
                out = self.shows(kafka, "Leader: 1", "--topic", "ours")
                self.assertIn("PartitionCount: 3", out)
                self.assertIn("retention.ms=123456", out)
                self.assertIn(next(iter(ids)), out)
                self.exchange(kafka, "ours", "two", ["one"])
                self.assertEqual(self.committed(kafka), 1)
                self.commit(kafka, "ours", 2)
                self.tool(kafka, TOPICS, "--create", "--topic", "theirs", "--partitions", 2, "--config", "cleanup.policy=compact")
                self.tool(kafka, TOPICS, "--alter", "--topic", "grown", "--partitions", 4)
                self.tool(kafka, TOPICS, "--delete", "--topic", "gone")
                self.tool(kafka, CONFIGS, "--alter", "--entity-type", "topics", "--entity-name", "ours", "--add-config", "segment.ms=777777")
                self.tool(kafka, CONFIGS, "--alter", "--entity-type", "brokers", "--entity-default", "--add-config", "log.retention.ms=888888")
                self.exchange(kafka, "theirs", "one")
            with self.ours(service) as broker:
                out = self.shows(broker, "Topic: theirs")
                self.assertNotIn("Topic: gone", out)
                for line in ("Topic: theirs", "PartitionCount: 2", "cleanup.policy=compact", "PartitionCount: 4", "segment.ms=777777", "retention.ms=123456"):
                    self.assertIn(line, out)
                self.assertEqual(self.broker_defaults(broker)["log.retention.ms"], "888888")
                self.assertEqual(self.form(broker), form)
                self.exchange(broker, "ours", "three", ["one", "two"])
                self.assertEqual(self.committed(broker), 2)
                self.exchange(broker, "theirs", "two", ["one"])
                self.exchange(broker, "grown", "one")
                self.tool(broker, TOPICS, "--delete", "--topic", "theirs")
                self.tool(broker, CONFIGS, "--alter", "--entity-type", "topics", "--entity-name", "ours", "--delete-config", "segment.ms")
            with Kafka(self.folder / "theirs", service.port, data=data) as kafka:
                out = self.shows(kafka, "Leader: 1", "--topic", "ours")
                self.assertNotIn("segment.ms", out)
                self.assertNotIn("theirs", self.tool(kafka, TOPICS, "--list"))
                self.exchange(kafka, "ours", "four", ["one", "two", "three"])
                self.exchange(kafka, "grown", "two", ["one"])

    def test_a_data_folder_of_another_engine_is_refused_by_both(self):
        with ZooKeeper(self.folder / "z") as service:
            quorum = Broker("single", folder=self.folder / "quorum")
            quorum.folder.mkdir()
            with quorum:
                pass
            kafka = Kafka(self.folder / "theirs", service.port, data=quorum.data)
            with kafka:
                self.assertNotEqual(kafka.process.wait(60), 0)
            self.assertIn("unexpected version", kafka.output())
            before = {path: path.stat().st_mtime_ns for path in quorum.data.rglob("*")}
            refused = self.refusal(self.ours(service), quorum.data)
            for text in (str(quorum.data), "in a quorum (KRaft) (meta.properties of version 1)", "zookeeper", "another data directory"):
                self.assertIn(text, refused)
            self.assertEqual({path: path.stat().st_mtime_ns for path in quorum.data.rglob("*")}, before)
            ensemble = self.ours(service, "ensemble")
            with ensemble:
                self.assertIn("version=0", self.form(ensemble))
            before = {path: path.stat().st_mtime_ns for path in ensemble.data.rglob("*")}
            refused = self.refusal(quorum, ensemble.data)
            for text in (str(ensemble.data), "in a ZooKeeper (meta.properties of version 0)", "kraft"):
                self.assertIn(text, refused)
            self.assertEqual({path: path.stat().st_mtime_ns for path in ensemble.data.rglob("*")}, before)

    def test_beside_a_broker_of_another_make_none_starts(self):
        with ZooKeeper(self.folder / "z") as service, Kafka(self.folder / "theirs", service.port, 2) as kafka:
            self.exchange(kafka, "theirs", "one")
            ours = self.ours(service)
            refused = self.refusal(ours, ours.data)
            self.assertIn(f"broker 2 is registered (127.0.0.1:{kafka.port}) and is none of Barnabas", refused)
            self.assertFalse(ours.data.exists())
            self.exchange(kafka, "theirs", "two", ["one"])

    def test_a_broker_of_another_make_that_comes_later_is_named_and_reads_what_we_wrote(self):
        with ZooKeeper(self.folder / "z") as service, self.ours(service) as broker:
            with Connection(broker) as connection:
                self.assertEqual(create_topic(connection, "ours", 1)[0], 0)
            with Kafka(self.folder / "theirs", service.port, 2) as kafka:
                deadline = time.monotonic() + WITHIN
                while "broker 2 is registered" not in broker.output():
                    self.assertLess(time.monotonic(), deadline, kafka.output())
                    self.assertIsNone(kafka.process.poll(), kafka.output())
                    time.sleep(0.05)  # polls another process's log
                self.assertIn(f"(127.0.0.1:{kafka.port}) and is none of Barnabas", broker.output())
                self.exchange(broker, "ours", "one")


if __name__ == "__main__":
    unittest.main()
