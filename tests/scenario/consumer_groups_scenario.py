#!/usr/bin/env python3
"""Groups of KIP-848, answered word for word as Apache Kafka 4.3.1 answers; and what survives the end of the broker.

`consumer_groups_scenario.py record HOST:PORT` prints the conversation with the broker there: tests/golden/group/conversation.txt is Kafka's."""
import difflib
import sys
import types
import unittest

from harness.broker import SOURCE, Broker, run
from harness.consumer_groups import Talk, assignment_of
from harness.group_conversation import conversation
from harness.groups import all_ready
from harness.wire import Connection, create_topic

GOLDEN = SOURCE / "tests/golden/group/conversation.txt"


def make_topics(connection):
    for name, partitions in (("orders", 3), ("other", 2)):
        assert create_topic(connection, name, partitions)[0] in (0, 36)
    all_ready(connection)


class ConsumerGroups(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker("memory", ["group.initial.rebalance.delay.ms=0"]).start()
        with Connection(cls.broker) as connection:
            make_topics(connection)

    @classmethod
    def tearDownClass(cls):
        cls.broker.stop()

    def test_answers_are_kafkas(self):
        with Connection(self.broker) as connection:
            ours = conversation(connection)
        kafkas = GOLDEN.read_text().splitlines()
        differences = list(difflib.unified_diff(kafkas, ours, "Kafka", "Barnabas", n=0, lineterm=""))
        self.assertFalse(differences, "\n" + "\n".join(differences))


UNKNOWN_SERVER_ERROR = -1


class LargeRecords(unittest.TestCase):
    """What a partition of __consumer_offsets does not take; Apache Kafka 4.3.1 answers the same."""

    def test_whoever_wants_too_much_is_refused_and_nobody_else(self):
        many, one = [f"topic-{i:05}" for i in range(2000)], "A" * 22
        with Broker("memory", ["group.initial.rebalance.delay.ms=0", "offsets.topic.num.partitions=1"]) as broker, Connection(broker) as connection:
            make_topics(connection)
            done = run("configs", "--bootstrap-server", broker.address, "--alter", "--entity-type", "topics", "--entity-name", "__consumer_offsets",
                       "--add-config", "max.message.bytes=20000")
            self.assertEqual(done.returncode, 0, done.stderr)
            talk = Talk(connection)
            self.assertEqual(talk.beat("new", "B" * 22, timeout_ms=30_000, topics=many, owned={})["error"], UNKNOWN_SERVER_ERROR)
            self.assertEqual(talk.list(), [])
            self.assertEqual(talk.beat("g", one, timeout_ms=30_000, topics=["orders"], owned={})["epoch"], 2)
            refused = talk.beat("g", "B" * 22, timeout_ms=30_000, topics=many, owned={})
            self.assertEqual(refused["error"], UNKNOWN_SERVER_ERROR)
            self.assertIn("in one write at most", refused["message"])
            self.assertEqual(talk.beat("g", one, 2, timeout_ms=30_000, topics=many, owned={"orders": [0, 1, 2]})["error"], UNKNOWN_SERVER_ERROR)
            self.assertEqual(talk.beat("g", one, 2)["error"], 0)
            self.assertEqual([member["topics"] for member in talk.describe("g")[0]["members"]], [["orders"]])
            classic = talk.join("k", talk.join("k", topics=many)["member"], topics=many)
            self.assertEqual(classic["error"], 0)
            assignment = assignment_of({topic: [0] for topic in many})
            self.assertEqual(talk.sync("k", classic["member"], classic["generation"], assignments=[(classic["member"], assignment)])["error"], UNKNOWN_SERVER_ERROR)
            for group in ("new", "g", "k"):
                self.assertEqual(broker.output().count(f"something of the group '{group}' is not kept"), 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["record"]:
        with Connection(types.SimpleNamespace(port=int(sys.argv[2].rsplit(":", 1)[1]))) as there:
            make_topics(there)
            print("\n".join(conversation(there)))
    else:
        unittest.main()
