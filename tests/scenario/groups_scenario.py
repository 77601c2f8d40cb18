#!/usr/bin/env python3
"""Groups and committed offsets: members, rebalances, what survives restarts and kills, and Apache Kafka on the same directory."""
import signal
import threading
import unittest

from harness.admin import described_configs, leaders, metadata
from harness.broker import Broker
from harness.groups import (COORDINATOR_NOT_AVAILABLE, DESCRIBE_GROUPS, REBALANCE_IN_PROGRESS, UNKNOWN_TOPIC, Member, all_ready, commit, commit_by_id, commit_frame, committed, delete_group,
                            delete_offset, delete_topic, describe, fetch_of_groups, find_coordinator, list_groups, ready)
from harness.wire import METADATA, Connection, Reader, array, create_topic, string

UNKNOWN_MEMBER, ILLEGAL_GENERATION, NON_EMPTY, GROUP_NOT_FOUND, UNKNOWN_ID = 25, 22, 68, 69, 100
QUICK = ["group.initial.rebalance.delay.ms=0"]


class Groups(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker("memory", QUICK).start()
        with Connection(cls.broker) as connection:
            assert create_topic(connection, "t", 3)[0] == 0
            all_ready(connection)

    @classmethod
    def tearDownClass(cls):
        cls.broker.stop()

    def setUp(self):
        self.connection = Connection(self.broker)
        self.second = Connection(self.broker)
        self.group = self.id().rsplit(".", 1)[1]

    def tearDown(self):
        self.connection.socket.close()
        self.second.socket.close()

    def test_commits_are_fetched(self):
        self.assertEqual(committed(self.connection, self.group), (0, {("t", 0): (-1, "", 0)}))
        self.assertEqual(commit(self.connection, self.group, {0: 5, 2: 7}, metadata="note"), {0: 0, 2: 0})
        for version in (1, 2, 3, 4, 5):
            self.assertEqual(committed(self.connection, self.group, (0, 1, 2), version=version),
                             (0, {("t", 0): (5, "note", 0), ("t", 1): (-1, "", 0), ("t", 2): (7, "note", 0)}))
        self.assertEqual(committed(self.connection, self.group, None), (0, {("t", 0): (5, "note", 0), ("t", 2): (7, "note", 0)}))

    def test_requests_on_their_way_follow_a_connection_to_its_coordinator(self):
        """Commits make a connection move to the event loop of its group; here there are groups of all loops, and half a request in between."""
        conf = self.broker.folder / "memory-three-loops.yaml"
        conf.write_text("node: {id: 1, loops: 3}\nlisteners: [{name: PLAINTEXT, address: 127.0.0.1:0}]\nstorage: {use: memory}\nmetadata: {use: memory}\n")
        with Broker(conf, ["offsets.topic.num.partitions=6", *QUICK]) as broker, Connection(broker) as connection:
            create_topic(connection, "t")
            for i in range(12):
                ready(connection, f"group-{i}")
            for first in range(12):
                with Connection(broker) as mover:
                    sent = [commit_frame(f"group-{(first + i) % 12}", {0: i}, correlation=i) for i in range(60)]
                    octets = b"".join(sent)
                    mover.send(octets[:len(sent[0]) + 9])
                    self.assertEqual(Reader(mover.receive()).i32(), 0)
                    mover.send(octets[len(sent[0]) + 9:])
                    self.assertEqual([Reader(mover.receive()).i32() for _ in sent[1:]], list(range(1, 60)))
                    self.assertEqual(committed(mover, f"group-{first}"), (0, {("t", 0): (48, "", 0)}))

    def test_partitions_that_are_not_there(self):
        self.assertEqual(commit(self.connection, self.group, {0: 1, 9: 1}), {0: 0, 9: UNKNOWN_TOPIC})
        self.assertEqual(commit(self.connection, self.group, {0: 1}, topic="nothing"), {0: UNKNOWN_TOPIC})

    def test_many_groups_in_one_fetch(self):
        for i in range(5):
            commit(self.connection, f"{self.group}-{i}", {0: i})
        found = fetch_of_groups(self.connection, [f"{self.group}-{i}" for i in range(6)])
        self.assertEqual(found, {f"{self.group}-{i}": (0, [("t", 0, i if i < 5 else -1, 0)]) for i in range(6)})

    def test_a_group_that_is_named_again_is_told_of_once(self):
        commit(self.connection, self.group, {0: 5})
        reply = self.connection.ask(DESCRIBE_GROUPS, 0, array([string(self.group)] * 3))
        groups = reply.array(lambda: (reply.i16(), reply.string(), reply.string(), reply.string(), reply.string(), reply.i32()))
        self.assertEqual([(error, group) for error, group, *_ in groups], [(0, self.group), (42, self.group), (42, self.group)])

    def test_many_groups_take_no_more_memory_than_their_names(self):
        names = [string(f"{self.group}-{i}") for i in range(4000)]
        before = self.broker.rss_kib()
        reply = self.connection.ask(DESCRIBE_GROUPS, 0, array(names))
        self.assertEqual(reply.i32(), 4000)
        self.assertLess(self.broker.rss_kib() - before, 100 << 10)

    def test_topics_by_id(self):
        commit(self.connection, self.group, {0: 5})
        error, ((topic, partition, offset, _),) = fetch_of_groups(self.connection, [self.group], topic_id=b"")[self.group]
        self.assertEqual((error, partition, offset), (0, 0, 5))
        self.assertEqual(commit_by_id(self.connection, self.group, topic, 6), 0)
        self.assertEqual(fetch_of_groups(self.connection, [self.group], topic_id=topic), {self.group: (0, [(topic, 0, 6, 0)])})
        self.assertEqual(committed(self.connection, self.group), (0, {("t", 0): (6, "", 0)}))
        self.assertEqual(commit_by_id(self.connection, self.group, bytes([7] * 16), 6), UNKNOWN_ID)
        unknown = bytes([7] * 16)
        self.assertEqual(fetch_of_groups(self.connection, [self.group], topic_id=unknown), {self.group: (0, [(unknown, 0, -1, UNKNOWN_ID)])})

    def test_two_members_share_a_group(self):
        first = Member(self.connection, self.group)
        self.assertEqual(first.join(), 0)
        self.assertEqual(first.sync({first.id: b"all"}), (0, b"all"))
        self.assertEqual(first.heartbeat(), 0)
        self.assertEqual(describe(self.connection, self.group), (0, "Stable", "consumer", "range", [(first.id, b"all")]))

        second = Member(self.second, self.group)
        joined = threading.Thread(target=second.join)
        joined.start()
        while first.heartbeat() == 0:
            pass
        self.assertEqual(first.heartbeat(), REBALANCE_IN_PROGRESS)
        self.assertEqual(first.join(), 0)
        joined.join()
        self.assertEqual(first.generation, second.generation)
        leader, other = (first, second) if first.leader == first.id else (second, first)
        self.assertEqual({member for member, _, _ in leader.members}, {first.id, second.id})
        self.assertEqual(other.members, [])
        waiting = threading.Thread(target=lambda: self.assertEqual(other.sync(), (0, b"half")))
        waiting.start()
        self.assertEqual(leader.sync({leader.id: b"other half", other.id: b"half"}), (0, b"other half"))
        waiting.join()

        self.assertEqual(commit(self.connection, self.group, {0: 5}, generation=first.generation, member=first.id), {0: 0})
        self.assertEqual(commit(self.connection, self.group, {0: 6}, generation=first.generation - 1, member=first.id), {0: ILLEGAL_GENERATION})
        self.assertEqual(commit(self.connection, self.group, {0: 6}), {0: UNKNOWN_MEMBER})
        self.assertEqual(delete_group(self.connection, self.group), NON_EMPTY)
        self.assertEqual(second.leave(), 0)
        self.assertEqual(first.heartbeat(), REBALANCE_IN_PROGRESS)
        self.assertEqual(first.leave(), 0)
        self.assertEqual(describe(self.connection, self.group)[1], "Empty")
        self.assertEqual(committed(self.connection, self.group), (0, {("t", 0): (5, "", 0)}))

    def test_list_and_delete(self):
        commit(self.connection, self.group, {0: 5, 1: 6})
        self.assertIn(self.group, list_groups(self.connection)[1])
        self.assertEqual(delete_offset(self.connection, self.group, "t", 1), (0, 0))
        self.assertEqual(delete_offset(self.connection, self.group, "t", 9), (0, UNKNOWN_TOPIC))
        self.assertEqual(delete_offset(self.connection, self.group, "nothing", 0), (0, UNKNOWN_TOPIC))
        self.assertEqual(committed(self.connection, self.group, None)[1], {("t", 0): (5, "", 0)})
        self.assertEqual(delete_group(self.connection, self.group), 0)
        self.assertEqual(delete_group(self.connection, self.group), GROUP_NOT_FOUND)
        self.assertEqual(committed(self.connection, self.group), (0, {("t", 0): (-1, "", 0)}))
        self.assertNotIn(self.group, list_groups(self.connection)[1])

    def test_deleted_topics_are_forgotten(self):
        self.assertEqual(create_topic(self.connection, "gone")[0], 0)
        commit(self.connection, self.group, {0: 5})
        commit(self.connection, self.group, {0: 6}, topic="gone")
        self.assertEqual(delete_topic(self.connection, "gone"), 0)
        while ("gone", 0) in committed(self.connection, self.group, None)[1]:
            pass
        self.assertEqual(committed(self.connection, self.group, None)[1], {("t", 0): (5, "", 0)})


class OffsetsTopic(unittest.TestCase):
    def test_it_is_made_when_a_coordinator_is_looked_for(self):
        with Broker("memory", ["offsets.topic.num.partitions=7"]) as broker, Connection(broker) as connection:
            self.assertEqual(find_coordinator(connection, "g")[0], COORDINATOR_NOT_AVAILABLE)
            self.assertEqual(ready(connection, "g"), (0, 1, "127.0.0.1", broker.port))
            self.assertEqual(find_coordinator(connection, "g", version=0), (0, 1, "127.0.0.1", broker.port))
            reply = connection.ask(METADATA, 1, array([string("__consumer_offsets")]))
            reply.array(lambda: (reply.i32(), reply.string(), reply.i32(), reply.string()))
            reply.i32()
            topic = reply.array(lambda: (reply.i16(), reply.string(), reply.i8(), reply.array(lambda: (
                reply.i16(), reply.i32(), reply.i32(), reply.array(reply.i32), reply.array(reply.i32)))))[0]
            self.assertEqual((topic[0], topic[2], len(topic[3])), (0, 1, 7))

    def test_it_is_the_same_when_its_metadata_is_asked_for_first(self):
        with Broker("memory", ["offsets.topic.num.partitions=7"]) as broker, Connection(broker) as connection:
            metadata(connection, ["__consumer_offsets"], create=True)
            self.assertEqual(sorted(leaders(connection, "__consumer_offsets")), list(range(7)))
            configs = described_configs(connection, "__consumer_offsets")[1]
            self.assertEqual(configs["cleanup.policy"][0], "compact", "retention would take what was committed")


class Survival(unittest.TestCase):
    def commit_until(self, broker, enough, committed_offsets):
        """Commits ever higher offsets; what was acknowledged is noted."""
        try:
            with Connection(broker) as connection:
                for offset in range(1, 100000):
                    group = f"g{offset % 7}"
                    if commit(connection, group, {offset % 3: offset}) == {offset % 3: 0}:
                        committed_offsets[group, offset % 3] = offset
                    if offset == 300:
                        enough.set()
        except (AttributeError, OSError):  # the broker is gone
            pass

    def test_no_acknowledged_commit_is_lost(self):
        for how in (signal.SIGTERM, signal.SIGKILL):
            for flush in ("os", "ack"):
                with self.subTest(how=how, flush=flush), Broker("single", [f"/storage/config/flush={flush}"]) as broker:
                    with Connection(broker) as connection:
                        self.assertEqual(create_topic(connection, "t", 3)[0], 0)
                        ready(connection, "g0")
                    for _ in range(2):
                        enough, expected = threading.Event(), {}
                        client = threading.Thread(target=self.commit_until, args=(broker, enough, expected))
                        client.start()
                        self.assertTrue(enough.wait(60))
                        code = broker.stop(how)
                        self.assertEqual(code, 0 if how == signal.SIGTERM else -how, broker.output())
                        client.join()
                        broker.start()
                        with Connection(broker) as connection:
                            for (group, partition), offset in expected.items():
                                ready(connection, group)
                                found = committed(connection, group, (partition,))[1]["t", partition][0]
                                self.assertGreaterEqual(found, offset, f"{group} {partition}")
                                self.assertLessEqual(found, offset + 21, "nothing but the last one may be there besides")

    def test_a_group_comes_back_with_its_members(self):
        with Broker("single", QUICK) as broker:
            with Connection(broker) as connection:
                self.assertEqual(create_topic(connection, "t")[0], 0)
                ready(connection, "g")
                member = Member(connection, "g", instance="one")
                self.assertEqual(member.join(), 0)
                self.assertEqual(member.sync({member.id: b"mine"}), (0, b"mine"))
                self.assertEqual(commit(connection, "g", {0: 5}, generation=member.generation, member=member.id), {0: 0})
            broker.stop(signal.SIGKILL)
            broker.start()
            with Connection(broker) as connection:
                ready(connection, "g")
                self.assertEqual(describe(connection, "g"), (0, "Stable", "consumer", "range", [(member.id, b"mine")]))
                member.connection = connection
                self.assertEqual(member.heartbeat(), 0)
                self.assertEqual(committed(connection, "g"), (0, {("t", 0): (5, "", 0)}))

    def test_groups_of_a_pattern_live_elsewhere(self):
        conf = """node: {id: 1}
listeners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]
storage: {use: segment, config: {dirs: [./data]}}
offsets:
  groups:
    - {match: "short-*", use: memory}
"""
        with Broker("single") as broker:
            broker.stop()
            broker.conf = broker.folder / "patterns.yaml"
            broker.conf.write_text(conf)
            broker.start()
            with Connection(broker) as connection:
                self.assertEqual(create_topic(connection, "t")[0], 0)
                for group in ("short-lived", "long-lived"):
                    ready(connection, group)
                    self.assertEqual(commit(connection, group, {0: 5}), {0: 0})
                    self.assertEqual(committed(connection, group), (0, {("t", 0): (5, "", 0)}))
            broker.stop()
            broker.start()
            with Connection(broker) as connection:
                for group, offset in (("short-lived", -1), ("long-lived", 5)):
                    ready(connection, group)
                    self.assertEqual(committed(connection, group), (0, {("t", 0): (offset, "", 0)}))


if __name__ == "__main__":
    unittest.main()
