#!/usr/bin/env python3
"""Configs of groups and features of the cluster: Kafka's own tools say the same of our broker as of Apache Kafka, and what is set is kept."""
import pathlib
import re
import signal
import tempfile
import unittest

from harness.broker import Broker, run
from harness.groups import ready
from harness.own import ask, history, text
from harness.wire import Connection, array, create_topic, i8, i16, i32, string, uvarint
from takeover_scenario import Kafka

DESCRIBE_CONFIGS, ALTER_CONFIGS, INCREMENTAL_ALTER_CONFIGS, UPDATE_FEATURES, CONSUMER_GROUP_HEARTBEAT, LIST_CONFIG_RESOURCES = 32, 33, 44, 57, 68, 74
GROUP, SET, DELETE = 32, 0, 1
NO_SUCH_API, INVALID_CONFIG, GROUP_NOT_FOUND, INVALID_UPDATE_VERSION = 35, 40, 69, 95
SESSION, HEARTBEAT = "consumer.session.timeout.ms", "consumer.heartbeat.interval.ms"

# What an operator would say; a group that has settings, one that is refused, features down and up again, and one that cannot go.
WORDS = [line.split() for line in f"""
kafka-configs.sh --alter --entity-type groups --entity-name app --add-config {SESSION}=50000,{HEARTBEAT}=6000
kafka-configs.sh --describe --entity-type groups --entity-name app --all
kafka-configs.sh --alter --entity-type groups --entity-name app --add-config {SESSION}=1
kafka-configs.sh --alter --entity-type groups --entity-name app --delete-config {HEARTBEAT}
kafka-configs.sh --describe --entity-type groups
kafka-client-metrics.sh --alter --name m --metrics org.apache.kafka.producer. --interval 60000
kafka-client-metrics.sh --list
kafka-features.sh downgrade --feature group.version=0
kafka-features.sh describe
kafka-features.sh upgrade --feature group.version=1
kafka-features.sh downgrade --feature metadata.version=25
kafka-groups.sh --list
""".strip().splitlines()]


def alter(connection, configs, name="app", validate_only=False):
    """IncrementalAlterConfigs v0 of a group; {key: value or None}. (error, message)"""
    changes = [string(key) + i8(SET if value is not None else DELETE) + string(value) for key, value in configs.items()]
    reply = connection.ask(INCREMENTAL_ALTER_CONFIGS, 0, array([i8(GROUP) + string(name) + array(changes)]) + i8(validate_only))
    reply.i32()
    return reply.array(lambda: (reply.i16(), reply.string(), reply.i8(), reply.string()))[0][:2]


def replace(connection, configs, name="app"):
    """AlterConfigs v0. (error, message)"""
    reply = connection.ask(ALTER_CONFIGS, 0, array([i8(GROUP) + string(name) + array([string(k) + string(v) for k, v in configs.items()])]) + i8(0))
    reply.i32()
    return reply.array(lambda: (reply.i16(), reply.string(), reply.i8(), reply.string()))[0][:2]


def settings(connection, name="app"):
    """DescribeConfigs v1: {key: (value, source)}"""
    reply = connection.ask(DESCRIBE_CONFIGS, 1, array([i8(GROUP) + string(name) + array(None)]) + i8(0))
    reply.i32()

    def one():
        key, value, _, source, _ = reply.string(), reply.string(), reply.i8(), reply.i8(), reply.i8()
        reply.array(lambda: None)
        return key, (value, source)
    return dict(reply.array(lambda: (reply.i16(), reply.string(), reply.i8(), reply.string(), reply.array(one)))[0][4])


def configured(connection, types=(), version=1):
    """ListConfigResources: (error, [(type, name)])"""
    reply = ask(connection, LIST_CONFIG_RESOURCES, uvarint(len(types) + 1) + b"".join(map(i8, types)) if version else b"", version)
    reply.i32()
    return reply.i16(), reply.items(lambda: (reply.text(), reply.i8() if version else None))


def update(connection, features, validate_only=False, version=2):
    """UpdateFeatures; [(name, level, kind of change)]. (error, message, results of versions below 2)"""
    body = i32(60000) + uvarint(len(features) + 1) + b"".join(text(name) + i16(level) + i8(kind) + b"\0" for name, level, kind in features)
    reply = ask(connection, UPDATE_FEATURES, body + (i8(validate_only) if version else b""), version)
    reply.i32()
    return reply.i16(), reply.text(), reply.items(lambda: (reply.text(), reply.i16(), reply.text())) if version < 2 else []


def heartbeat_error(connection):
    """Of ConsumerGroupHeartbeat v1 of a new member."""
    body = (text("modern") + text("member-id-of-mine") + i32(0) + uvarint(0) + uvarint(0) + i32(30000) + uvarint(2) + text("t") + uvarint(0)
            + uvarint(0) + uvarint(1))
    reply = ask(connection, CONSUMER_GROUP_HEARTBEAT, body, 1)
    if reply is None:
        return None
    reply.i32()
    return reply.i16()


class Configs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bc-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "ours").mkdir()
        self.broker = Broker("single", folder=self.folder / "ours").start()
        self.addCleanup(lambda: self.broker.stop())

    def test_what_is_set_is_kept(self):
        with Connection(self.broker) as connection:
            self.assertEqual(alter(connection, {SESSION: "50000"}, validate_only=True), (0, None))
            self.assertEqual(settings(connection)[SESSION], ("45000", 5))
            self.assertEqual(alter(connection, {SESSION: "50000", HEARTBEAT: "6000"}), (0, None))
            self.assertEqual(alter(connection, {SESSION: "1"})[0], INVALID_CONFIG)
            error, message = alter(connection, {"offset.store": "redis"})
            self.assertEqual(error, INVALID_CONFIG)
            self.assertIn("barnabas groups move-offsets", message)
        for how in (signal.SIGTERM, signal.SIGKILL):
            self.broker.stop(how)
            self.broker.start()
            with Connection(self.broker) as connection:
                told = settings(connection)
                self.assertEqual((told[SESSION], told[HEARTBEAT], len(told)), (("50000", 8), ("6000", 8), 17))
        with Connection(self.broker) as connection:
            self.assertEqual(replace(connection, {HEARTBEAT: "7000"}), (0, None))
            self.assertEqual((settings(connection)[SESSION], settings(connection)[HEARTBEAT]), (("45000", 5), ("7000", 8)))
            self.assertEqual(alter(connection, {HEARTBEAT: None}), (0, None))
            self.assertEqual(configured(connection, [GROUP]), (0, []))
        self.broker.stop()
        log = self.broker.data / "__cluster_metadata-0/00000000000000000000.log"
        shown = Kafka(self.folder, "4.3.1").call("kafka-dump-log.sh", "--cluster-metadata-decoder", "--files", log).stdout
        values = re.findall(r'valueSize: (\d+) .*"CONFIG_RECORD","version":0,"data":{"resourceType":32,"resourceName":"app","name":"([^"]*)","value":"?(\w+)', shown)
        self.assertEqual(values, [("45", HEARTBEAT, "6000"), ("43", SESSION, "50000"), ("45", HEARTBEAT, "7000"), ("38", SESSION, "null"), ("41", HEARTBEAT, "null")])

    def test_resources_that_have_configs(self):
        with Connection(self.broker) as connection:
            self.assertEqual(create_topic(connection, "t")[0], 0)
            for name in ("b", "a"):
                self.assertEqual(alter(connection, {SESSION: "50000"}, name), (0, None))
            self.assertEqual(sorted(configured(connection)[1]), [("1", 4), ("1", 8), ("a", 32), ("b", 32), ("t", 2)])
            self.assertEqual(configured(connection, [2, 4]), (0, [("1", 4), ("t", 2)]))
            self.assertEqual(configured(connection, [99]), (NO_SUCH_API, []))
            self.assertEqual(configured(connection, version=0), (0, []))

    def test_requests_of_our_own_are_served_and_not_listed(self):
        with Connection(self.broker) as connection:
            listed = connection.ask(18, 0, b"")
            self.assertEqual(listed.i16(), 0)
            self.assertLess(max(key for key, _, _ in listed.array(lambda: (listed.i16(), listed.i16(), listed.i16()))), 20000)
            ready(connection, "nobody")
            self.assertEqual(history(connection, ["nobody"]), {"nobody": (GROUP_NOT_FOUND, "", [])})
        for key, version in ((20000, 1), (20001, 1), (20000, -1), (20002, 0), (19999, 0)):
            with self.subTest(f"{key} version {version}"), Connection(self.broker) as connection:
                self.assertIsNone(ask(connection, key, uvarint(1), version))

    def test_features_go_together(self):
        with Connection(self.broker) as connection:
            self.assertEqual(create_topic(connection, "t")[0], 0)
            self.assertNotEqual(heartbeat_error(connection), NO_SUCH_API)
            error, message, _ = update(connection, [("group.version", 0, 2), ("nothing", 1, 1)])
            self.assertEqual(error, INVALID_UPDATE_VERSION)
            self.assertIn("feature nothing. Local controller 1 does not support this feature.", message)
            self.assertEqual(update(connection, [("group.version", 0, 2)], validate_only=True)[0], 0)
            self.assertNotEqual(heartbeat_error(connection), NO_SUCH_API)
            self.assertEqual(update(connection, [("group.version", 0, 2)], version=1), (0, None, [("group.version", 0, "NONE")]))
            self.assertEqual(heartbeat_error(connection), NO_SUCH_API)
        self.broker.stop(signal.SIGKILL)
        self.broker.start()
        with Connection(self.broker) as connection:
            self.assertEqual(heartbeat_error(connection), NO_SUCH_API)
            self.assertEqual(update(connection, [("group.version", 1, 1)])[0], 0)
            self.assertNotEqual(heartbeat_error(connection), NO_SUCH_API)

    def test_kafkas_tools_say_the_same_of_both(self):
        (self.folder / "kafka").mkdir()
        with Kafka(self.folder / "kafka", "4.3.1") as kafka:
            for tool, *words in WORDS:
                told = []
                for address in (f"127.0.0.1:{kafka.port}", self.broker.address):
                    shown = kafka.call(tool, "--bootstrap-server", address, *words, check=False)
                    said = shown.stdout + "\n".join(re.findall(r"Caused by: .*", shown.stderr))
                    lines = re.sub(r"Epoch: \d+", "Epoch: N", said.replace(address, "ADDRESS")).splitlines()
                    told.append((shown.returncode, sorted(lines)))
                with self.subTest(" ".join([tool, *words])):
                    self.assertTrue(told[0][1])
                    self.assertEqual(*told)
                if tool == "kafka-configs.sh" and told[0][0] == 0:
                    own = run("configs", "--bootstrap-server", self.broker.address, *words)
                    self.assertEqual((own.returncode, sorted(own.stdout.splitlines())), told[0])


if __name__ == "__main__":
    unittest.main()
