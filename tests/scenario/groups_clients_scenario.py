#!/usr/bin/env python3
"""Two consumers of each Python client share a group, lose a member and go on; where the clients' environment is installed."""
import subprocess
import textwrap
import threading
import unittest

from harness.batch import batch, record
from harness.broker import SOURCE, Broker
from harness.groups import committed, describe, ready
from harness.wire import Connection, create_topic, produce

PYTHON = SOURCE / "build/compat/venv/bin/python3"
# A member polls, commits what it has read, and leaves when its input ends. It prints its partitions when they change, and its records.
# kafka-python's knows the topic's partitions before it joins. Version 3.0.12 would else join first, as leader assign no partitions, join again when
# the metadata arrives, and lose what it is then assigned if a poll ends before the answer to its SyncGroup: _perform_assignment() makes
# need_rejoin() false, so that no later poll takes up the join that is under way. An answer that late needs only a loaded machine.
MEMBERS = {"kafka-python": """
    import sys
    from kafka import KafkaConsumer
    consumer = KafkaConsumer("t", bootstrap_servers=sys.argv[1], group_id="g", auto_offset_reset="earliest", enable_auto_commit=False, heartbeat_interval_ms=200)
    consumer.partitions_for_topic("t")
    poll = lambda: [r.value.decode() for rs in consumer.poll(timeout_ms=200).values() for r in rs]
    assigned = lambda: sorted(p.partition for p in consumer.assignment())
    commit, close = consumer.commit, consumer.close
    """, "confluent-kafka": """
    import sys
    from confluent_kafka import Consumer
    consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "g", "auto.offset.reset": "earliest", "enable.auto.commit": False, "heartbeat.interval.ms": 200})
    consumer.subscribe(["t"])
    poll = lambda: [m.value().decode() for m in consumer.consume(10, 0.2) if not m.error()]
    assigned = lambda: sorted(p.partition for p in consumer.assignment())
    commit, close = lambda: consumer.commit(asynchronous=False), consumer.close
    """}
LOOP = """
    import select
    seen = None
    while not select.select([sys.stdin], [], [], 0)[0]:
        values = poll()
        if values:
            commit()
            print("read", *values, flush=True)
        if assigned() != seen:
            seen = assigned()
            print("has", *seen, flush=True)
    close()
    """


class Member:
    def __init__(self, client, broker):
        self.process = subprocess.Popen([PYTHON, "-c", textwrap.dedent(MEMBERS[client]) + textwrap.dedent(LOOP), broker.address], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.values, self.partitions = [], []

    def wait(self, enough):
        """Reads what it prints until `enough(self)`. A member that is waited for in vain is ended."""
        limit = threading.Timer(100, self.process.kill)
        limit.start()
        try:
            while not enough(self):
                line = self.process.stdout.readline().split()
                assert line, f"the member has ended with partitions {self.partitions}, having read {self.values}"
                if line[0] == "read":
                    self.values += line[1:]
                else:
                    self.partitions = list(map(int, line[1:]))
        finally:
            limit.cancel()

    def leave(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


@unittest.skipUnless(PYTHON.exists(), "tests/compat/run installs the clients")
class Clients(unittest.TestCase):
    def member(self, client, broker):
        member = Member(client, broker)
        self.addCleanup(member.process.kill)
        return member

    def share(self, client):
        with Broker("memory", ["group.initial.rebalance.delay.ms=0"]) as broker, Connection(broker) as connection:
            self.assertEqual(create_topic(connection, "t", 4)[0], 0)
            ready(connection, "g")
            for partition in range(4):
                self.assertEqual(produce(connection, "t", batch([record(value=b"v%d" % partition)]), partition=partition)[0], 0)
            first = self.member(client, broker)
            first.wait(lambda m: m.partitions == [0, 1, 2, 3] and len(m.values) == 4)
            self.assertEqual(sorted(first.values), ["v0", "v1", "v2", "v3"])
            second = self.member(client, broker)
            second.wait(lambda m: len(m.partitions) == 2)
            first.wait(lambda m: len(m.partitions) == 2)
            self.assertEqual(sorted(first.partitions + second.partitions), [0, 1, 2, 3])
            self.assertEqual(second.values, [], "what was committed is not read again")
            first.leave()
            second.wait(lambda m: m.partitions == [0, 1, 2, 3])
            self.assertEqual(produce(connection, "t", batch([record(value=b"last")]), partition=3)[0], 0)
            second.wait(lambda m: m.values == ["last"])
            second.leave()
            self.assertEqual(describe(connection, "g")[1], "Empty")
            self.assertEqual(committed(connection, "g", (0, 1, 2, 3))[1], {("t", p): (2 if p == 3 else 1, "", 0) for p in range(4)})

    def test_kafka_python(self):
        self.share("kafka-python")

    def test_confluent_kafka(self):
        self.share("confluent-kafka")


if __name__ == "__main__":
    unittest.main()
