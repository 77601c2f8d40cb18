#!/usr/bin/env python3
"""Three brokers of either engine of which some end: what they led is away and comes back with its records, and the others serve on."""
import contextlib
import pathlib
import signal
import sys
import tempfile
import time
import unittest

from harness.admin import create, described_configs, leaders, metadata
from harness.batch import batch, record
from harness.broker import SOURCE
from harness.groups import commit, committed, find_coordinator, ready
from harness.wire import Connection, fetch, produce

sys.path.insert(0, str(SOURCE / "tests"))
from cluster.three_brokers import IDS, Cluster  # noqa: E402
from services.services import ZooKeeperEnsemble  # noqa: E402

LEADER_NOT_AVAILABLE, REQUEST_TIMED_OUT, TOPIC_ALREADY_EXISTS, NOT_CONTROLLER = 5, 7, 36, 41
WITHIN = 30
SESSION_MS = 1500
SHORT = {"kraft": [f"broker.session.timeout.ms={SESSION_MS}", "broker.heartbeat.interval.ms=200"],
         "zookeeper": [f"/metadata/config/session_timeout={SESSION_MS}"]}
LONG = {"kraft": ["broker.session.timeout.ms=60000", "broker.heartbeat.interval.ms=200"], "zookeeper": ["/metadata/config/session_timeout=60000"]}  # longer than anything waits


def until(question, is_right):
    deadline = time.monotonic() + WITHIN
    while not is_right(answer := question()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.02)  # polls other processes
    return answer


class Losses:
    def start(self, overrides, connect=None):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="bs-"))
        self.cluster = Cluster(self.engine, pathlib.Path(folder), [*overrides, "group.initial.rebalance.delay.ms=0"], connect=connect)
        self.addCleanup(self.cluster.stop)
        self.cluster.start()
        self.topic("each", [[1], [2], [3]])

    def to(self, node):
        return Connection(self.cluster[node])

    def ask(self, node, question, *words):
        with self.to(node) as connection:
            return question(connection, *words)

    def controller(self, node=2):
        return self.ask(node, metadata)[1]

    def topic(self, name, assignments, node=2):
        """Asks until it is there, as a client does, and all that are up know it. The answers on the way."""
        answers = []
        with self.to(node) as connection:
            until(lambda: answers.append(create(connection, name, -1, -1, assignments=assignments)[0]) or answers[-1], lambda error: error in (0, TOPIC_ALREADY_EXISTS))
        for other in self.up():
            until(lambda other=other: self.ask(other, metadata, [name])[2][name][0], lambda error: error == 0)
        return answers[:-1]

    def up(self):
        return [node for node in IDS if self.cluster[node].process is not None]

    def write(self, offset, *nodes):
        """A record in the partition of each of these, which gets this offset."""
        for node in nodes:
            found = until(lambda node=node: self.ask(node, produce, "each", batch([record(value=b"%d-%d" % (node, offset))]), node - 1), lambda said: said[0] == 0)
            self.assertEqual(found, (0, offset), f"broker {node}\n{self.cluster[node].output()}")

    def holds(self, count, *nodes):
        for node in nodes:
            _, ((error, end, data),) = self.ask(node, fetch, "each", 0, node - 1)
            self.assertEqual((error, end), (0, count), node)
            for offset in range(count):
                self.assertIn(b"%d-%d" % (node, offset), data)

    def away(self, gone):
        """The others know that its partition has no leader, and serve theirs."""
        others = [node for node in self.up() if node != gone]
        for node in others:
            brokers, _, topics = until(lambda node=node: self.ask(node, metadata, ["each"]), lambda said: gone not in said[0])
            self.assertEqual(set(brokers), set(IDS) - {gone})
            self.assertEqual(topics["each"][1][gone - 1], (LEADER_NOT_AVAILABLE, -1, [gone], [gone]))
        return others

    def back(self, node):
        self.cluster[node].start()
        self.cluster.until_complete()
        for other in IDS:
            until(lambda other=other: self.ask(other, leaders, "each"), lambda found: found == {0: 1, 1: 2, 2: 3})

    def follower(self):
        """One that is not the controller."""
        return 3 if self.controller() != 3 else 2

    def test_a_broker_is_killed_and_comes_back(self):
        self.start(SHORT[self.engine])
        self.write(0, *IDS)
        gone = self.follower()
        self.cluster[gone].stop(signal.SIGKILL)
        others = self.away(gone)
        self.write(1, *others)
        # New partitions lie on those that are there.
        with self.to(others[-1]) as connection:
            self.assertEqual(create(connection, "meanwhile", 4)[0], 0)
            self.assertEqual(set(leaders(connection, "meanwhile").values()), set(others))
        self.back(gone)
        self.write(1, gone)
        self.holds(2, *IDS)

    def test_a_broker_that_is_told_to_end_says_so(self):
        self.start(LONG[self.engine])
        self.write(0, *IDS)
        for gone in (self.follower(), 1, 2, 3):
            if self.engine == "kraft" and gone == 1:
                continue  # the voter has nobody to tell
            self.assertEqual(self.cluster[gone].stop(), 0)
            self.away(gone)
            self.back(gone)
        self.holds(1, *IDS)
        self.write(1, *IDS)

    def test_what_groups_committed_outlives_their_coordinator(self):
        self.start(SHORT[self.engine])
        home = self.follower()
        with self.to(1) as connection:
            group = next(name for name in map("group-{}".format, range(100))
                         if until(lambda name=name: find_coordinator(connection, name), lambda said: said[0] == 0)[1] == home)
        for how, offset in ((signal.SIGTERM, 11), (signal.SIGKILL, 12)):
            with self.to(home) as connection:
                ready(connection, group)
                self.assertEqual(commit(connection, group, {0: offset}, "each"), {0: 0})
            self.cluster[home].stop(how)
            self.away(home)
            self.back(home)
            with self.to(home) as connection:
                self.assertEqual(ready(connection, group)[1], home)
                self.assertEqual(committed(connection, group, topic="each")[1]["each", 0][0], offset)

    def test_all_end_and_begin_again_with_what_they_had(self):
        self.start(SHORT[self.engine])
        with self.to(3) as connection:
            self.assertEqual(create(connection, "kept", 5, configs=[("retention.ms", "1234")])[0], 0)
        for turn, how in enumerate((signal.SIGTERM, signal.SIGKILL)):
            self.write(turn, *IDS)
            for node in reversed(IDS):
                self.cluster[node].stop(how)
            for node in IDS:
                self.cluster[node].start()
            self.cluster.until_complete()
            for node in IDS:
                until(lambda node=node: self.ask(node, leaders, "each"), lambda found: found == {0: 1, 1: 2, 2: 3})
                self.assertEqual(len(until(lambda node=node: self.ask(node, leaders, "kept"), lambda found: -1 not in found.values())), 5)
                self.assertEqual(self.ask(node, described_configs, "kept")[1]["retention.ms"], ("1234", 1))
            self.holds(turn + 1, *IDS)
            self.topic(f"after-{turn}", [[1], [2], [3]])


class Kraft(Losses, unittest.TestCase):
    engine = "kraft"

    def test_without_the_voter_the_others_serve_what_they_have(self):
        self.start(SHORT["kraft"])
        self.write(0, *IDS)
        for turn, how in enumerate((signal.SIGTERM, signal.SIGKILL)):
            self.cluster[1].stop(how)
            self.write(turn + 1, 2, 3)
            self.assertEqual(self.ask(2, leaders, "each")[2], 3)
            if how == signal.SIGKILL:
                self.assertIn(self.ask(3, create, "unheard")[0], (NOT_CONTROLLER, REQUEST_TIMED_OUT))
                self.write(turn + 2, 2, 3)
            self.back(1)
            self.write(turn + 1, 1)
            self.topic(f"after-{turn}", [[3], [2], [1]], node=3)
        self.holds(3, 1)
        self.holds(4, 2, 3)


class OnZooKeeper(Losses, unittest.TestCase):
    engine = "zookeeper"

    def test_another_broker_becomes_the_controller(self):
        self.start(SHORT["zookeeper"])
        self.write(0, *IDS)
        for turn, how in enumerate((signal.SIGTERM, signal.SIGKILL)):
            was = self.controller()
            self.cluster[was].stop(how)
            others = self.away(was)
            for node in others:
                until(lambda node=node: self.controller(node), lambda said: said in others)
            self.topic(f"after-{turn}", [[others[0]], [others[1]]], node=others[0])
            self.write(turn + 1, *others)
            self.back(was)
            for offset in range(self.ask(was, fetch, "each", 0, was - 1)[1][0][1], turn + 2):
                self.write(offset, was)
        self.holds(3, *IDS)

    def test_the_loss_of_a_server_of_the_ensemble_is_not_noticed(self):
        with contextlib.ExitStack() as stack:
            ensemble = stack.enter_context(ZooKeeperEnsemble(stack.enter_context(tempfile.TemporaryDirectory(prefix="bs-"))))
            self.start(["/metadata/config/session_timeout=10000"], connect=ensemble.connect)
            stack.callback(self.cluster.stop)  # before the ensemble
            was = self.controller()
            # A follower first; then whoever leads, which the others have to replace.
            for turn, leads in enumerate((False, True)):
                server = next(one for one in ensemble.servers.values() if one.leads() == leads)
                server.kill()
                self.write(2 * turn, *IDS)
                self.topic(f"without-{turn}", [[1], [2], [3]])
                self.write(2 * turn + 1, *IDS)
                for node in IDS:
                    brokers, controller, topics = self.ask(node, metadata, ["each"])
                    self.assertEqual((set(brokers), controller), (set(IDS), was))
                    self.assertEqual({error for error, *_ in topics["each"][1].values()}, {0})
                server.start()
            self.holds(4, *IDS)


if __name__ == "__main__":
    unittest.main()
