#!/usr/bin/env python3
"""Groups of KIP-848, answered word for word as Apache Kafka 4.3.1 answers; and what survives the end of the broker.

`consumer_groups_scenario.py record HOST:PORT` prints the conversation with the broker there: tests/golden/group/conversation.txt is Kafka's."""
import difflib
import sys
import types
import unittest

from harness.broker import SOURCE, Broker
from harness.group_conversation import conversation
from harness.groups import ready
from harness.wire import Connection, create_topic

GOLDEN = SOURCE / "tests/golden/group/conversation.txt"


def make_topics(connection):
    for name, partitions in (("orders", 3), ("other", 2)):
        assert create_topic(connection, name, partitions)[0] in (0, 36)
    ready(connection, "any")


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


if __name__ == "__main__":
    if sys.argv[1:2] == ["record"]:
        with Connection(types.SimpleNamespace(port=int(sys.argv[2].rsplit(":", 1)[1]))) as there:
            make_topics(there)
            print("\n".join(conversation(there)))
    else:
        unittest.main()
