#!/usr/bin/env python3
"""Three brokers of either engine, all up: each says the same of the cluster, serves what it leads, and takes what is asked of the controller."""
import collections
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from harness.admin import (ALTER_CONFIGS, APPEND, BROKER, BROKER_LOGGER, CREATE_PARTITIONS, DELETE, INCREMENTAL_ALTER_CONFIGS, SET, TIMEOUT, changes,
                           config_result, configs, create, delete, describe_cluster, described_configs, leaders, metadata, more_partitions, named_result,
                           new_topic, producer_id)
from harness.batch import batch, record
from harness.broker import SOURCE
from harness.groups import NOT_COORDINATOR, commit, committed, find_coordinator, ready
from harness.wire import CREATE_TOPICS, Connection, array, fetch, i8, produce, string

sys.path.insert(0, str(SOURCE / "tests"))
from cluster.three_brokers import IDS, Cluster  # noqa: E402

UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER, TOPIC_ALREADY_EXISTS, INVALID_REPLICATION_FACTOR = 3, 6, 36, 38
DELETE_TOPICS, ELECT_LEADERS = 20, 43
RACKS = {1: "east", 2: "west", 3: "east"}
WITHIN = 30


def until(question, is_right):
    """What is known on another broker comes to this one in a moment."""
    deadline = time.monotonic() + WITHIN
    while not is_right(answer := question()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.01)  # polls another process
    return answer


class Together:
    """What is true under both engines."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="bs-")
        cls.addClassCleanup(folder.cleanup)
        cls.cluster = Cluster(cls.engine, pathlib.Path(folder.name), ["group.initial.rebalance.delay.ms=0"],
                              own={node: [f"broker.rack={rack}"] for node, rack in RACKS.items()})
        cls.addClassCleanup(cls.cluster.stop)
        cls.cluster.start()

    def setUp(self):
        self.to = {node: self.enterContext(Connection(self.cluster[node])) for node in IDS}

    def everywhere(self, topic, is_right=lambda topics: True):
        """Waits until each broker knows the topic, as `is_right` wants it."""
        for connection in self.to.values():
            until(lambda connection=connection: metadata(connection, [topic])[2][topic], lambda said: said[0] == 0 and is_right(said))

    def kcat(self, node, *words, input=None):
        done = subprocess.run(["kcat", "-b", self.cluster[node].address, *map(str, words)], input=input, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_each_of_them_lists_all_of_them(self):
        wanted = {node: ("127.0.0.1", self.cluster[node].port, RACKS[node]) for node in IDS}
        for node, connection in self.to.items():
            with self.subTest(node):
                brokers, controller, _ = metadata(connection)
                self.assertEqual(brokers, wanted)
                self.assertIn(controller, IDS)
                self.assertEqual(describe_cluster(connection), (0, controller, wanted))

    def test_partitions_lie_on_all_brokers_rack_by_rack(self):
        self.assertEqual(create(self.to[2], "spread", 12), (0, None))
        found = leaders(self.to[2], "spread")
        self.assertEqual([RACKS[found[p]] for p in range(12)].count("west"), 6, found)
        self.assertEqual(set(found.values()), set(IDS))
        for node, connection in self.to.items():
            until(lambda connection=connection: leaders(connection, "spread"), lambda said: said == found)
        folders = {p: node for node in IDS for p in found if (self.cluster[node].data / f"spread-{p}").is_dir()}
        self.assertEqual({p: node for p, node in found.items() if p in folders}, folders)
        # Three more, each where it is wanted.
        self.assertEqual(named_result(self.to[3], CREATE_PARTITIONS, 0, more_partitions("spread", 15, [[3], [3], [1]]))[0], 0)
        self.everywhere("spread", lambda said: len(said[1]) == 15)
        self.assertEqual([leaders(self.to[1], "spread")[p] for p in (12, 13, 14)], [3, 3, 1])

    def test_keys_produced_to_any_broker_come_to_their_leader(self):
        self.assertEqual(create(self.to[1], "keys", 6)[0], 0)
        self.everywhere("keys")
        lines = [f"key-{i}\tvalue-{i}-{node}" for node in IDS for i in range(30)]
        for node in IDS:
            self.kcat(node, "-P", "-t", "keys", "-K", "\t", "-X", "enable.idempotence=true", input="\n".join(l for l in lines if l.endswith(f"-{node}")) + "\n")
        where = collections.defaultdict(set)
        for node in IDS:
            got = self.kcat(node, "-C", "-t", "keys", "-e", "-q", "-o", "beginning", "-f", "%p\t%k\t%s\n").splitlines()
            self.assertEqual(sorted(line.partition("\t")[2] for line in got), sorted(lines))
            for line in got:
                where[line.split("\t")[1]].add(line.split("\t")[0])
        self.assertEqual({len(partitions) for partitions in where.values()}, {1})
        self.assertGreater(len(set.union(*where.values())), 3)

    def test_only_the_leader_takes_and_gives_records(self):
        self.assertEqual(create(self.to[1], "led", -1, -1, assignments=[[1], [2], [3]])[0], 0)
        self.everywhere("led")
        for partition, leader in enumerate(IDS):
            for node in sorted(IDS, key=lambda node: node != leader):
                with self.subTest(partition=partition, node=node):
                    wanted = (0, 0) if node == leader else (NOT_LEADER_OR_FOLLOWER, -1)
                    self.assertEqual(produce(self.to[node], "led", batch([record(value=b"x")]), partition), wanted)
                    self.assertEqual(fetch(self.to[node], "led", 0, partition)[1][0][0], wanted[0])

    def test_what_one_broker_was_asked_to_write_it_then_knows(self):
        for turn in range(50):
            node = IDS[turn % 3]
            name, asked = f"mine-{turn}", self.to[node]
            self.assertEqual(create(asked, name, 2, configs=[("retention.ms", "5000")])[0], 0)
            error, partitions = metadata(asked, [name])[2][name]
            self.assertEqual((error, {p: said[0] for p, said in partitions.items()}), (0, {0: 0, 1: 0}))
            self.assertEqual(described_configs(asked, name)[1]["retention.ms"], ("5000", 1))
            if turn % 5:
                continue
            self.assertEqual(config_result(asked, INCREMENTAL_ALTER_CONFIGS, changes(name, [("retention.ms", SET, "6000")]))[0], 0)
            self.assertEqual(described_configs(asked, name)[1]["retention.ms"], ("6000", 1))
            self.assertEqual(config_result(asked, ALTER_CONFIGS, configs(name, [("segment.ms", "7000")]))[0], 0)
            told = described_configs(asked, name)[1]
            self.assertEqual((told["retention.ms"][1], told["segment.ms"]), (5, ("7000", 1)))
            self.assertEqual(named_result(asked, CREATE_PARTITIONS, 0, more_partitions(name, 5))[0], 0)
            self.assertEqual(len(leaders(asked, name)), 5)
            self.assertEqual(delete(asked, name), 0)
            self.assertEqual(metadata(asked, [name])[2][name][0], UNKNOWN_TOPIC_OR_PARTITION)

    def test_every_broker_answers_administration_as_the_controller_does(self):
        self.assertEqual(create(self.to[1], "there", 3)[0], 0)
        self.everywhere("there")
        topics = [new_topic("there"), new_topic("a b"), new_topic("."), new_topic("new", replication=2), new_topic("new", 0), new_topic("new", replication=0),
                  new_topic("new", -1, -1, [[7]]), new_topic("new", -1, -1, [[1, 2]]), new_topic("new", -1, -1, [[1, 1]]), new_topic("new", 2, 1, [[1]]),
                  new_topic("new", configs=[("retention.ms", "soon")]), new_topic("new", configs=[("nonsense", "1")]), new_topic("new", validate_only=True),
                  new_topic("there", validate_only=True)]
        partitions = [more_partitions("there", 2), more_partitions("there", 3), more_partitions("nowhere", 4), more_partitions("there", 4, [[9]]),
                      more_partitions("there", 5, [[1]]), more_partitions("there", 4, [[1, 2]]), more_partitions("there", 4, validate_only=True)]
        altered = [configs("there", [("nonsense", "1")]), configs("there", [("retention.ms", "soon")]), configs("nowhere", [("retention.ms", "1")]),
                   configs("there", [("retention.ms", None)]), configs("there", [("retention.ms", "1")], validate_only=True), configs("x", [], 7),
                   configs("9", [("log.cleaner.threads", "2")], BROKER)]
        changed = [changes("there", [("nonsense", SET, "1")]), changes("there", [("retention.ms", SET, "soon")]), changes("nowhere", [("retention.ms", SET, "1")]),
                   changes("there", [("retention.ms", APPEND, "1")]), changes("there", [("retention.ms", SET, None)]), changes("there", [("retention.ms", 9, "1")]),
                   changes("there", [("retention.ms", SET, "1"), ("retention.ms", DELETE, None)]), changes("there", [("segment.ms", SET, "9")], validate_only=True),
                   changes("x", [("a", SET, "b")], BROKER_LOGGER), changes("", [("retention.ms", SET, "1")])]
        asked = [(CREATE_TOPICS, 2, topics), (CREATE_PARTITIONS, 0, partitions), (ALTER_CONFIGS, 0, altered), (INCREMENTAL_ALTER_CONFIGS, 0, changed),
                 (DELETE_TOPICS, 1, [array([string("nowhere")]) + TIMEOUT]),
                 (ELECT_LEADERS, 1, [i8(0) + array([string("there") + array([b"\0\0\0\0"]), string("nowhere") + array([b"\0\0\0\0"])]) + TIMEOUT])]
        controller = metadata(self.to[1])[1]
        for key, version, bodies in asked:
            for number, body in enumerate(bodies):
                wanted = self.to[controller].ask(key, version, body).data[4:]
                for node in IDS:
                    with self.subTest(key=key, number=number, node=node):
                        self.assertEqual(self.to[node].ask(key, version, body).data[4:], wanted)
        for node in IDS:
            self.assertEqual(create(self.to[node], "twice", replication=2)[0], INVALID_REPLICATION_FACTOR)
            self.assertEqual(create(self.to[node], "there")[0], TOPIC_ALREADY_EXISTS)

    def test_what_one_broker_changed_the_others_hear_of(self):
        self.assertEqual(create(self.to[2], "heard", 2)[0], 0)
        self.everywhere("heard", lambda said: len(said[1]) == 2)
        self.assertEqual(config_result(self.to[3], INCREMENTAL_ALTER_CONFIGS, changes("heard", [("max.message.bytes", SET, "300")]))[0], 0)
        self.assertEqual(named_result(self.to[1], CREATE_PARTITIONS, 0, more_partitions("heard", 3))[0], 0)
        self.everywhere("heard", lambda said: len(said[1]) == 3)
        for connection in self.to.values():
            until(lambda connection=connection: described_configs(connection, "heard")[1]["max.message.bytes"], lambda said: said == ("300", 1))
        for partition, leader in leaders(self.to[1], "heard").items():
            self.assertEqual(produce(self.to[leader], "heard", batch([record(value=bytes(400))]), partition)[0], 10)  # MESSAGE_TOO_LARGE
        self.assertEqual(delete(self.to[3], "heard"), 0)
        for node, connection in self.to.items():
            until(lambda connection=connection: metadata(connection, ["heard"])[2]["heard"][0], lambda said: said == UNKNOWN_TOPIC_OR_PARTITION)
            until(lambda node=node: list(self.cluster[node].data.glob("heard-?")), lambda found: not found)

    def test_a_topic_is_made_by_asking_any_broker_about_it(self):
        for node in IDS:
            name = f"auto-{node}"
            said = until(lambda node=node, name=name: metadata(self.to[node], [name], create=True)[2][name], lambda said: said[0] == 0)
            self.assertEqual(len(said[1]), 3)
            self.kcat(node, "-P", "-t", f"{name}-sent", input="one\n")
            self.assertEqual(self.kcat(node, "-C", "-t", f"{name}-sent", "-e", "-q", "-o", "beginning"), "one\n")

    def test_producers_get_ids_of_their_own(self):
        given = [until(lambda node=node: producer_id(self.to[node]), lambda said: said[0] == 0)[1] for node in IDS for _ in range(20)]
        self.assertEqual(len(set(given)), len(given), sorted(given))

    def test_groups_have_their_coordinators_on_all_brokers(self):
        self.assertEqual(create(self.to[1], "grouped", 3)[0], 0)
        self.everywhere("grouped")
        homes = self.groups_at_home()
        for home, group in homes.items():
            ready(self.to[home], group)
            self.assertEqual(commit(self.to[home], group, {0: 7 + home}, "grouped"), {0: 0})
            for node in IDS:
                self.assertEqual(find_coordinator(self.to[node], group)[:2], (0, home))
                error, found = committed(self.to[node], group, topic="grouped")
                self.assertEqual((error, found.get(("grouped", 0), (None,))[0]), (0, 7 + home) if node == home else (NOT_COORDINATOR, None))

    def groups_at_home(self):
        """{broker: a group whose coordinator it is}"""
        homes = {}
        for number in range(100):
            group = f"group-{number}"
            homes.setdefault(until(lambda group=group: find_coordinator(self.to[1], group), lambda said: said[0] == 0)[1], group)
        self.assertEqual(set(homes), set(IDS))
        return homes


class Kraft(Together, unittest.TestCase):
    engine = "kraft"


class OnZooKeeper(Together, unittest.TestCase):
    engine = "zookeeper"


if __name__ == "__main__":
    unittest.main()
