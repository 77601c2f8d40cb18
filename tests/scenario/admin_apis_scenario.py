#!/usr/bin/env python3
"""What administrators ask of a cluster: Apache Kafka's own tools, and requests whose answers were seen of Apache Kafka 4.3.1."""
import json
import pathlib
import tempfile
import unittest

from harness.broker import Broker
from harness.flexible import array, ask, text
from harness.kafka_tools import KafkaTools
from harness.wire import Connection, create_topic, i8, i32, i64

NONE, UNKNOWN_TOPIC, INVALID_TOPIC, STORAGE_ERROR = 0, 3, 17, 56
INVALID_REQUEST, LOG_DIR_NOT_FOUND, STALE_BROKER_EPOCH = 42, 57, 77
ALTER_REPLICA_LOG_DIRS, DESCRIBE_LOG_DIRS, ELECT_LEADERS, DESCRIBE_QUORUM, ALTER_PARTITION, ASSIGN_REPLICAS = 34, 35, 43, 55, 56, 73
TOOLS = "org.apache.kafka.tools."
STRUCT = b"\0"  # no tagged fields behind it


class AdminApis(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.kafkas = KafkaTools("4.3.1", cls.folder.name)
        cls.addClassCleanup(cls.kafkas.close)
        cls.one, cls.two = f"{cls.folder.name}/one", f"{cls.folder.name}/two"
        cls.broker = Broker("single", [f"log.dirs={cls.one},{cls.two}"])
        command = [word for word in cls.broker.command() if word != f"log.dirs={cls.broker.data}"]
        cls.broker.command = lambda: command[:-1]  # without the harness's own log.dirs
        cls.broker.start()
        cls.addClassCleanup(cls.broker.__exit__)
        with Connection(cls.broker) as connection:
            create_topic(connection, "orders", 2)

    def setUp(self):
        self.connection = Connection(self.broker)
        self.addCleanup(self.connection.socket.close)

    def tool(self, name, *words):
        return self.kafkas.run(TOOLS + name, "--bootstrap-server", self.broker.address, *words)[:2]

    def test_leaders_are_elected_where_there_is_need(self):
        election = ("LeaderElectionCommand", "--election-type")
        self.assertEqual(self.tool(*election, "preferred", "--all-topic-partitions"), (0, ""))
        for kind in ("preferred", "unclean"):
            self.assertEqual(self.tool(*election, kind, "--topic", "orders", "--partition", 0),
                             (0, "Valid replica already elected for partitions orders-0\n"))
        code, out = self.tool(*election, "preferred", "--topic", "orders", "--partition", 9)
        self.assertEqual(code, 1)
        self.assertIn("UnknownTopicOrPartitionException: No such partition as orders-9", out)

    def test_an_election_of_an_unknown_kind_is_none(self):
        topics = array([text("orders") + array([i32(0)]) + STRUCT])
        reply = ask(self.connection, ELECT_LEADERS, 2, i8(7) + topics + i32(1000))
        self.assertEqual((reply.i32(), reply.i16()), (0, INVALID_REQUEST))

    def reassign(self, action, replicas):
        plan = pathlib.Path(self.folder.name, "plan.json")
        plan.write_text(json.dumps({"version": 1, "partitions": [{"topic": "orders", "partition": 0, "replicas": replicas}]}))
        return self.tool("reassign.ReassignPartitionsCommand", action, "--reassignment-json-file", plan)

    def test_a_partition_may_go_where_it_is(self):
        self.assertEqual(self.tool("reassign.ReassignPartitionsCommand", "--list"), (0, "No partition reassignments found.\n"))
        code, out = self.reassign("--execute", [1])
        self.assertEqual(code, 0, out)
        self.assertIn("Successfully started partition reassignment for orders-0", out)
        code, out = self.reassign("--verify", [1])
        self.assertIn("Reassignment of partition orders-0 is completed.", out)
        code, out = self.reassign("--cancel", [1])
        self.assertIn("None of the specified partition reassignments are active.", out)

    def test_the_quorum_is_this_node(self):
        code, out = self.tool("MetadataQuorumCommand", "describe", "--status")
        self.assertEqual(code, 0, out)
        told = dict(line.split(":", 1) for line in out.splitlines())
        self.assertEqual(told["LeaderId"].strip(), "1")
        self.assertGreater(int(told["HighWatermark"]), 0)
        self.assertIn('"id": 1', told["CurrentVoters"])
        self.assertEqual(told["CurrentObservers"].strip(), "[]")
        code, out = self.tool("MetadataQuorumCommand", "describe", "--replication")
        self.assertEqual(code, 0, out)
        row = out.splitlines()[1].split()
        self.assertEqual((row[0], row[3], row[-1]), ("1", "0", "Leader"))
        self.assertEqual(row[2], told["HighWatermark"].strip())

    def test_the_quorum_is_told_in_every_version(self):
        asked = array([text("__cluster_metadata") + array([i32(0) + STRUCT]) + STRUCT])
        for version in (0, 1, 2):
            with self.subTest(version=version):
                reply = ask(self.connection, DESCRIBE_QUORUM, version, asked)
                self.assertIsNotNone(reply, "the connection was closed")
                self.assertEqual(reply.i16(), NONE)

    def test_there_is_one_log_of_metadata(self):
        asked = array([text("orders") + array([i32(0) + STRUCT]) + STRUCT])
        reply = ask(self.connection, DESCRIBE_QUORUM, 0, asked)
        self.assertEqual(reply.i16(), NONE)
        partition = lambda: (reply.i32(), reply.i16(), reply.i32(), reply.i32(), reply.i64(), reply.array(reply.i32), reply.array(reply.i32))[:2]
        self.assertEqual(reply.array(lambda: (reply.text(), reply.array(partition))), [("orders", [(0, UNKNOWN_TOPIC)])])

    def test_without_an_authorizer_there_are_no_rules(self):
        words = ("--allow-principal", "User:a", "--operation", "Read", "--topic", "orders")
        for asked in (["--list"], ["--add", *words], ["--remove", "--force", *words]):
            with self.subTest(asked[0]):
                code, out = self.tool("AclCommand", *asked)
                self.assertEqual(code, 1)
                self.assertIn("SecurityDisabledException: No Authorizer is configured", out)

    def test_there_are_no_transactions_and_nobody_waits_for_them(self):
        asked = ("TransactionsCommand", "describe", "--transactional-id", "x")
        code, _, err = self.kafkas.run(TOOLS + asked[0], "--bootstrap-server", self.broker.address, *asked[1:])
        self.assertEqual(code, 1, err)
        self.assertIn("failed due to authorization failure", err)

    def move(self, *moves):
        """AlterReplicaLogDirs of (directory, topic, [partition]); {topic: {partition: error}}."""
        dirs = [text(path) + array([text(topic) + array([i32(p) for p in partitions]) + STRUCT]) + STRUCT for path, topic, partitions in moves]
        reply = ask(self.connection, ALTER_REPLICA_LOG_DIRS, 2, array(dirs))
        reply.i32()
        return {topic: dict(errors) for topic, errors in
                reply.array(lambda: (reply.text(), reply.array(lambda: (reply.i32(), reply.i16()))))}

    def stored(self, asked=None):
        """[(directory, topic, partition)], by DescribeLogDirs v2: of everything, or of [(topic, [partition])]."""
        topics = asked and [text(topic) + array([i32(p) for p in partitions]) + STRUCT for topic, partitions in asked]
        reply = ask(self.connection, DESCRIBE_LOG_DIRS, 2, array(topics))
        reply.i32()

        def partitions():
            return reply.text(), reply.array(lambda: (reply.i32(), reply.i64(), reply.i64(), reply.i8()))
        found = reply.array(lambda: (reply.i16(), reply.text(), reply.array(partitions)))
        return [(path, name, row[0]) for _, path, topics in found for name, rows in topics for row in rows]

    def directories(self, topic):
        """{partition: directory}: a partition without records has no folder to be seen yet."""
        return {partition: path for path, name, partition in self.stored() if name == topic}

    def test_what_is_asked_for_is_told_once(self):
        here = self.directories("orders")
        self.assertEqual(self.stored([("orders", [1])]), [(here[1], "orders", 1)])
        self.assertCountEqual(self.stored([("orders", [1, 1, 9]), ("nobody's", [0]), ("orders", [1, 0])]),
                              [(here[0], "orders", 0), (here[1], "orders", 1)])
        self.assertEqual(self.stored([]), [])

    def test_replicas_stay_in_their_directory(self):
        here = self.directories("orders")
        self.assertEqual(sorted(here), [0, 1])
        other = {path: self.two if path == self.one else self.one for path in (self.one, self.two)}
        self.assertEqual(self.move((here[0], "orders", [0])), {"orders": {0: NONE}})
        self.assertEqual(self.move((other[here[0]], "orders", [0])), {"orders": {0: STORAGE_ERROR}})
        self.assertIn("orders-0 stays where it is", (self.broker.folder / "broker.log").read_text())
        self.assertEqual(self.move(("/nowhere", "orders", [0, 1])), {"orders": {0: LOG_DIR_NOT_FOUND, 1: LOG_DIR_NOT_FOUND}})
        self.assertEqual(self.move((here[0] + "/", "orders", [0])), {"orders": {0: LOG_DIR_NOT_FOUND}})
        self.assertEqual(self.move((here[0], "orders", [9])), {"orders": {9: UNKNOWN_TOPIC}})
        self.assertEqual(self.move((here[0], "x" * 240, [0])), {"x" * 240: {0: INVALID_TOPIC}})
        self.assertEqual(self.move(("/nowhere", "orders", [0]), (here[0], "orders", [0])), {"orders": {0: NONE}}, "the last word counts")

    def test_who_is_not_registered_has_nothing_to_say(self):
        reply = ask(self.connection, ALTER_PARTITION, 3, i32(9) + i64(0) + array([]))
        self.assertEqual((reply.i32(), reply.i16()), (0, STALE_BROKER_EPOCH))
        reply = ask(self.connection, ASSIGN_REPLICAS, 0, i32(9) + i64(0) + array([]))
        self.assertEqual((reply.i32(), reply.i16()), (0, STALE_BROKER_EPOCH))
        unregister = ("unregister", "--id", 9, "--bootstrap-server", self.broker.address)
        code, _, err = self.kafkas.run(TOOLS + "ClusterTool", *unregister)
        self.assertEqual(code, 1)
        self.assertIn("Broker ID 9 is not currently registered", err)


if __name__ == "__main__":
    unittest.main()
