#!/usr/bin/env python3
"""Apache Kafka's tools of both releases, and ours, against three brokers of either engine: what they are told goes to the controller."""
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

from harness.broker import BUILD, SOURCE
from harness.groups import commit, find_coordinator, ready
from harness.kafka_tools import KafkaTools
from harness.wire import Connection, create_topic

sys.path.insert(0, str(SOURCE / "tests"))
from cluster.three_brokers import ENGINES, IDS, Cluster  # noqa: E402

TOOLS = {"topics": "org.apache.kafka.tools.TopicCommand", "configs": "kafka.admin.ConfigCommand", "cluster": "org.apache.kafka.tools.ClusterTool",
         "quorum": "org.apache.kafka.tools.MetadataQuorumCommand"}
RELEASES = ("4.3.1", "3.9.2")
CONTROLLER, FOLLOWER = 1, 3  # of kraft; the tools talk to the latter
WITHIN = 30


def ours(script, *words):
    done = subprocess.run([BUILD / "bin" / script, *map(str, words)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def ready_somewhere(cluster, connection, group):
    """The coordinator of the group, which exists now: it has a committed offset."""
    deadline = time.monotonic() + WITHIN
    while (found := find_coordinator(connection, group))[0] != 0:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)  # polls another process's state; there is nothing else to wait on
    with Connection(cluster[found[1]]) as coordinator:
        ready(coordinator, group)
        while (errors := commit(coordinator, group, {0: 0}, topic="grouped")) != {0: 0}:
            assert time.monotonic() < deadline, errors
            time.sleep(0.02)  # it may not know the topic yet
    return found[1]


class Tools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="bs-"))
        cls.kafkas = {release: KafkaTools(release, folder) for release in RELEASES}
        for tools in cls.kafkas.values():
            cls.addClassCleanup(tools.close)
        cls.clusters = {engine: cls.enterClassContext(Cluster(engine, pathlib.Path(folder, engine))) for engine in ENGINES}

    def each(self):
        """({engine, release}, a function that runs a tool of that release and returns exit code and output)"""
        for engine, cluster in self.clusters.items():
            for release, tools in self.kafkas.items():
                yield {"engine": engine, "release": release}, lambda tool, *words, tools=tools, cluster=cluster: tools.run(
                    TOOLS[tool], "--bootstrap-server", cluster[FOLLOWER].address, *words)[:2]

    def until(self, run, words, is_right):
        """A tool asks whichever broker it likes, and that one may not have heard of it yet."""
        deadline = time.monotonic() + WITHIN
        while not is_right(said := run(*words)):
            self.assertLess(time.monotonic(), deadline, said)
        return said[1]

    def test_topics(self):
        for where, run in self.each():
            with self.subTest(**where):
                self.topics(run, f"topic-{where['release'].partition('.')[0]}")

    def test_configs(self):
        for where, run in self.each():
            with self.subTest(**where):
                self.configs(run, f"configs-{where['release'].partition('.')[0]}")

    def topics(self, run, name):
        self.assertEqual(run("topics", "--create", "--topic", name, "--partitions", 6, "--config", "retention.ms=77"), (0, f"Created topic {name}.\n"))
        said = self.until(run, ("topics", "--describe", "--topic", name), lambda said: said[0] == 0 and "PartitionCount: 6" in said[1])
        self.assertIn("retention.ms=77", said)
        leaders = re.findall(r"Partition: \d\tLeader: (\d)\tReplicas: (\d)\tIsr: (\d)", said)
        self.assertEqual(sorted(leader for leader, *_ in leaders), ["1", "1", "2", "2", "3", "3"], said)
        self.assertTrue(all(len(set(one)) == 1 for one in leaders), said)
        self.assertEqual(run("topics", "--alter", "--topic", name, "--partitions", 9)[0], 0)
        self.until(run, ("topics", "--describe", "--topic", name), lambda said: "PartitionCount: 9" in said[1])
        code, said = run("topics", "--create", "--topic", "copied", "--partitions", 1, "--replication-factor", 2)
        self.assertEqual(code, 1)
        self.assertIn("at most 1 replica", said)
        self.assertEqual(run("topics", "--delete", "--topic", name)[0], 0)
        self.until(run, ("topics", "--list"), lambda said: said[0] == 0 and name not in said[1].splitlines())

    def configs(self, run, name):
        self.assertEqual(run("topics", "--create", "--topic", name, "--partitions", 1)[0], 0)
        topic = ("--entity-type", "topics", "--entity-name", name)
        self.until(run, ("topics", "--list"), lambda said: name in said[1].splitlines())
        self.assertEqual(run("configs", "--alter", *topic, "--add-config", "retention.ms=99,cleanup.policy=[compact,delete]"),
                         (0, f"Completed updating config for topic {name}.\n"))
        self.until(run, ("configs", "--describe", *topic), lambda said: "retention.ms=99 " in said[1] and "cleanup.policy=compact,delete " in said[1])
        self.assertEqual(run("configs", "--alter", *topic, "--delete-config", "retention.ms")[0], 0)
        self.until(run, ("configs", "--describe", *topic), lambda said: "retention.ms" not in said[1] and "cleanup.policy=compact,delete " in said[1])
        brokers = ("--entity-type", "brokers")
        self.assertEqual(run("configs", "--alter", *brokers, "--entity-default", "--add-config", "message.max.bytes=9999")[0], 0)
        for node in IDS:
            self.assertEqual(run("configs", "--alter", *brokers, "--entity-name", node, "--add-config", f"message.max.bytes=888{node}"),
                             (0, f"Completed updating config for broker {node}.\n"))
            self.until(run, ("configs", "--describe", *brokers, "--entity-name", node), lambda said, node=node: said[0] == 0 and
                       f"synonyms={{DYNAMIC_BROKER_CONFIG:message.max.bytes=888{node}, DYNAMIC_DEFAULT_BROKER_CONFIG:message.max.bytes=9999, " in said[1])

    def test_the_cluster_is_told_alike_by_both_programs_and_by_every_broker(self):
        for engine, cluster in self.clusters.items():
            for member in cluster.members.values():
                with self.subTest(engine=engine, node=member.node):
                    server = ("--bootstrap-server", member.address)
                    for words in (["cluster-id"], ["list-endpoints"], ["list-endpoints", "--include-fenced-brokers"]):
                        self.assertEqual(ours("kafka-cluster.sh", *words, *server), self.kafkas["4.3.1"].run(TOOLS["cluster"], *words, *server)[:2])
                    code, said = ours("barnabas", "cluster", "describe", *server)
                    self.assertEqual(code, 0)
                    rows = {int(words[0]): words[1:6] for words in map(str.split, said.splitlines()[-3:])}
                    self.assertEqual([words[4] for words in rows.values()].count("yes"), 1, said)
                    self.assertEqual({node: words[:4] for node, words in rows.items()},
                                     {node: ["127.0.0.1", str(cluster[node].port), "-", "unfenced"] for node in IDS})

    def configs_told_alike(self, member, *words):
        """What both programs say, whichever broker they begin with; in which order is for Kafka's tool to say."""
        words = ("--bootstrap-server", member.address, "--describe", *words)
        code, said = ours("kafka-configs.sh", *words)
        kafkas = self.kafkas["4.3.1"].run(TOOLS["configs"], *words)[:2]
        self.assertEqual((code, sorted(said.splitlines())), (kafkas[0], sorted(kafkas[1].splitlines())))
        return said

    def test_each_broker_is_asked_for_its_own_configs(self):
        brokers = ("--entity-type", "brokers")
        for engine, cluster in self.clusters.items():
            for member in cluster.members.values():
                with self.subTest(engine=engine, node=member.node):
                    said = self.configs_told_alike(member, *brokers)
                    self.assertEqual(re.findall("configs for broker (.) are", said), ["1", "2", "3"])
                    self.assertIn("doesn't exist", self.configs_told_alike(member, *brokers, "--entity-name", 7))
                    for node in IDS:
                        self.configs_told_alike(member, *brokers, "--entity-name", node)
                        said = ours("kafka-configs.sh", "--bootstrap-server", member.address, "--describe", *brokers, "--entity-name", node, "--all")[1]
                        self.assertIn(f"  listeners=PLAINTEXT://{cluster[node].address}", said)

    def test_groups_of_all_coordinators_have_configs(self):
        for engine, cluster in self.clusters.items():
            with self.subTest(engine=engine):
                with Connection(cluster[FOLLOWER]) as connection:
                    create_topic(connection, "grouped", 1)
                    coordinators = {group: ready_somewhere(cluster, connection, group) for group in map(chr, range(ord("a"), ord("a") + 12))}
                self.assertEqual(set(coordinators.values()), set(IDS), "a name for each")
                for member in cluster.members.values():
                    said = self.configs_told_alike(member, "--entity-type", "groups")
                    self.assertEqual(re.findall("configs for group (.) are", said), list(coordinators))
                    self.assertIn("configs for group a are", self.configs_told_alike(member, "--entity-type", "groups", "--entity-name", "a"))

    def test_the_quorum_of_kraft_is_described(self):
        cluster = self.clusters["kraft"]
        for release, tools in self.kafkas.items():
            for member in cluster.members.values():
                with self.subTest(release=release, node=member.node):
                    run = lambda *words, tools=tools, member=member: tools.run(TOOLS["quorum"], "--bootstrap-server", member.address, *words)[:2]
                    code, said = run("describe", "--status")
                    self.assertEqual(code, 0)
                    self.assertRegex(said, rf"LeaderId: +{CONTROLLER}\n")
                    self.assertRegex(said, r"CurrentVoters: .*\b1\b.*\nCurrentObservers: .*\b2\b.*\b3\b")
                    code, said = run("describe", "--replication")
                    self.assertEqual((code, [(row[0], row[-1]) for row in map(str.split, said.splitlines()[1:])]),
                                     (0, [("1", "Leader"), ("2", "Observer"), ("3", "Observer")]), said)


if __name__ == "__main__":
    unittest.main()
