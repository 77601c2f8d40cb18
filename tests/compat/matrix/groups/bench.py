"""What a cell works with: two processes of its client, the hand that makes and fills topics, names nobody else uses, and waiting."""
import threading
import time

from ..jobs import Failure
from .agent import PATIENCE_SECONDS, Agent

PARTITIONS = 4


class Hand:
    """Topics, records and a second opinion about committed offsets; the driver's own, whatever client is judged."""

    def __init__(self, argv, records, suffix, broker=None):
        self.broker = broker  # None where it is not ours
        self.agent = Agent(argv, threading.Condition())
        self.records, self.suffix = records, suffix
        self.first_timestamp = int(time.time() * 1000) - records
        self.base = f"groups-base-{suffix}"  # read by many cells, written once
        self.create(self.base)
        self.fill(self.base, records)

    def create(self, topic):
        self.agent.call("create", topic, PARTITIONS)
        if self.broker:
            self.broker.until_known(topic)

    def fill(self, topic, count):
        """Record i of this filling goes to partition i mod PARTITIONS with timestamp first_timestamp + i."""
        self.agent.call("fill", topic, PARTITIONS, count, self.first_timestamp)

    def committed(self, group, topic):
        return [int(word) for word in self.agent.call("committed", group, topic, PARTITIONS)]


class Bench:
    """The two processes of one client; its cells run at the same time."""

    def __init__(self, client, hand, argv):
        self.client, self.hand, self.changed, self.agents = client, hand, threading.Condition(), []
        for _ in range(2):
            self.agents.append(Agent(argv, self.changed))

    def end(self):
        for agent in self.agents:
            agent.end()

    def name(self, what):
        return f"groups-{self.client.name}-{what}-{self.hand.suffix}"

    def topic(self, what):
        topic = self.name(what)
        self.hand.create(topic)
        return topic

    def open(self, process, name, group, **options):
        """The defaults are what every client has."""
        return self.agents[process].open(name, group, **{"commit": "manual", "protocol": "classic", "assignor": "range"} | options)

    def until(self, condition, what, *members):
        with self.changed:
            if not self.changed.wait_for(condition, PATIENCE_SECONDS):
                raise Failure(f"waited {PATIENCE_SECONDS} s for {what} ({' | '.join(map(str, members))})")

    def until_committed(self, group, topic, wanted):
        """The broker tells nobody when a commit comes, so it is asked again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.hand.committed(group, topic)) != wanted:
            if time.monotonic() > deadline:
                raise Failure(f"committed is {found} instead of {wanted}")


def ends(count):
    """The end offsets of PARTITIONS partitions that `count` records were dealt to."""
    return [(count - partition + PARTITIONS - 1) // PARTITIONS for partition in range(PARTITIONS)]


def check(condition, why):
    if not condition:
        raise Failure(why)


def check_once(members, wanted):
    """`wanted` is how many records each (topic, partition) holds; together the members got each of them once, each member in order."""
    found = {}
    for member in members:
        own = {}
        for topic, partition, offset in member.got:
            own.setdefault((topic, partition), []).append(offset)
        for at, offsets in own.items():
            check(offsets == sorted(offsets), f"partition {at[1]} came out of order ({member})")
            found.setdefault(at, []).extend(offsets)
    for at, count in wanted.items():
        offsets = found.pop(at, [])
        twice, missing = len(offsets) - len(set(offsets)), set(range(count)) - set(offsets)
        check(not twice and not missing and len(offsets) == count,
              f"partition {at[1]}: {twice} records more than once, {len(missing)} of {count} missing ({' | '.join(map(str, members))})")
    check(not found, f"records of {sorted(found)} came unasked")
