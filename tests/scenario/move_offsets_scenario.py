#!/usr/bin/env python3
"""A group goes from store to store, each a real server, while its consumer commits and the broker is killed: no acknowledged commit is lost."""
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest

from harness.broker import SOURCE, Broker
from harness.groups import COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR, Member, commit, committed, describe, ready
from harness.own import history, move
from harness.wire import Connection, create_topic
from group_configs_scenario import settings

sys.path.insert(0, str(SOURCE / "tests"))
from services.services import MariaDb, Redis  # noqa: E402

PYTHON = SOURCE / "build/compat/venv/bin/python3"
INVALID_REQUEST, GROUP_NOT_FOUND, STORE_NOT_FOUND, REQUEST_TIMED_OUT = 42, 69, 91, 7
LATER = COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR
SEED = int(os.environ.get("MOVE_SEED", "7"))
MOVES = int(os.environ.get("MOVE_COUNT", "9"))  # each third one with a kill
CONF = """
node: {{id: 1}}
listeners:
  - {{name: PLAINTEXT, address: 127.0.0.1:9092}}
storage: {{use: segment, config: {{dirs: [./data], flush: os}}}}
offsets:
  use: internal_topic
  groups:
    - {{use: redis, config: {{port: {redis}}}}}
    - {{use: mysql, config: {{port: {mysql}, user: barnabas, password: "${{env:BARNABAS_MYSQL_PASSWORD}}", database: barnabas}}}}
kafka: {{group.initial.rebalance.delay.ms: 0}}
"""
# A member that commits one offset after another, and prints each that was acknowledged and each assignment. Its fetches are short: librdkafka asks for the
# coordinator behind them, and when a commit is tried again before it is told, it fails on the spot and forgets the coordinator, for as long as a session.
CONSUMER = """
    import sys, itertools
    from confluent_kafka import Consumer, KafkaException, TopicPartition
    protocol = {"group.protocol": "consumer"} if sys.argv[2] == "consumer" else {"session.timeout.ms": 45000}
    consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "app", "enable.auto.commit": False, "fetch.wait.max.ms": 20, **protocol})
    consumer.subscribe(["t"], on_assign=lambda *_: print("assigned", flush=True))
    while not consumer.assignment():
        consumer.poll(0.1)
    for offset in itertools.count(1):
        while True:
            consumer.poll(0)
            try:
                consumer.commit(offsets=[TopicPartition("t", 0, offset)], asynchronous=False)
                break
            except KafkaException:
                consumer.poll(0.05)
        print("committed", offset, flush=True)
    """


def answer(ask, later=LATER, error_of=lambda told: told[0]):
    """What `ask` is told in the end: an error that passes is asked again, as clients do. On a busy machine a store may tell its groups late, or
    answer a write so late that they are read again."""
    until = time.monotonic() + 60
    while error_of(told := ask()) in later:
        assert time.monotonic() < until, told
        time.sleep(0.02)  # polls another process's state; there is nothing else to wait on
    return told


class Committing:
    """The consumer, or a member over the raw protocol where the clients' environment is not installed."""

    def __init__(self, broker, protocol):
        self.last, self.assignments, self.ended = 0, 0, False
        self.process = subprocess.Popen([PYTHON, "-c", textwrap.dedent(CONSUMER), broker.address, protocol], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True) if PYTHON.exists() else None
        self.thread = threading.Thread(target=self.listen if self.process else lambda: self.commit(broker))
        self.thread.start()

    def listen(self):
        for line in self.process.stdout:
            word, *rest = line.split()
            if word == "assigned":
                self.assignments += 1
            elif line.endswith("\n"):  # the last may be half a line
                self.last = int(rest[0])

    def commit(self, broker):
        connection = member = None
        while not self.ended:
            try:
                if connection is None:
                    connection = Connection(broker)
                    member = member or Member(connection, "app", session_ms=45000)
                    member.connection = connection
                if member.generation < 0:
                    assert member.join() == 0 and member.sync({member.id: b"t"})[0] == 0
                    self.assignments += 1
                if commit(connection, "app", {0: self.last + 1}, generation=member.generation, member=member.id) == {0: 0}:
                    self.last += 1
            except (OSError, AttributeError):  # the broker is away
                if connection is not None:
                    connection.socket.close()
                connection = None
        if connection is not None:
            connection.socket.close()

    def wait_for(self, more):
        until, goal = time.monotonic() + 90, self.last + more
        while self.last < goal:
            assert time.monotonic() < until, f"no commit is acknowledged any more: {self.last}"
            time.sleep(0.005)  # polls another process; there is nothing else to wait on

    def stop(self):
        self.ended = True
        if self.process:
            self.process.kill()
            self.process.wait()
        self.thread.join()
        if self.process:
            self.process.stdout.close()


class Moves(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bm-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        os.environ["BARNABAS_MYSQL_PASSWORD"] = "secret"
        self.redis = Redis(self.folder / "r").start()
        self.addCleanup(self.redis.kill)
        self.mysql = MariaDb(self.folder / "m").start()
        self.addCleanup(self.mysql.kill)
        self.mysql.admit("barnabas", "secret")
        conf = self.folder / "conf.yaml"
        conf.write_text(CONF.format(redis=self.redis.port, mysql=self.mysql.port))
        self.broker = Broker(conf, folder=self.folder).start()
        self.addCleanup(lambda: self.broker.stop())
        with Connection(self.broker) as connection:
            self.assertEqual(create_topic(connection, "t", 1)[0], 0)
            ready(connection, "app")

    def restart(self, how=signal.SIGKILL):
        self.broker.stop(how)
        self.broker.start()

    def move_until_done(self, to, validate_only=False):
        """Where it goes to must have told its groups as well, for which nobody waited."""
        with Connection(self.broker) as connection:
            told = answer(lambda: move(connection, "app", to, validate_only), (*LATER, REQUEST_TIMED_OUT), lambda told: told["error"])
        if told["error"] != INVALID_REQUEST or "already" not in told["message"]:
            self.assertEqual(told["error"], 0, told)
        return told

    def committed(self):
        with Connection(self.broker) as connection:
            error, found = answer(lambda: committed(connection, "app"))
        self.assertEqual(error, 0)
        return found["t", 0][0]

    def test_a_member_of_a_classic_group_commits_all_the_time(self):
        self.moves("classic", MOVES)

    @unittest.skipUnless(PYTHON.exists(), "without the clients' environment there is no member of KIP-848 here")
    def test_a_member_of_a_consumer_group_commits_all_the_time(self):
        self.moves("consumer", MOVES - 3)

    def moves(self, protocol, count):
        chance = random.Random(SEED)
        consumer = Committing(self.broker, protocol)
        try:
            consumer.wait_for(20)
            for number in range(count):
                to = ("redis", "mysql", "internal_topic")[number % 3]
                if number % 3 == 2 or number > 4:
                    self.kill_within_a_move(to, chance.uniform(0, 0.02))
                told = self.move_until_done(to)
                self.assertIn("redis" if number == 0 else to, (told["to"],))
                consumer.wait_for(10)
                # No rebalance because of the move, nor because of the restart before it.
                with Connection(self.broker) as connection:
                    error, state, rebalances = answer(lambda: history(connection, ["app"])["app"])
                self.assertEqual((error, state), (0, "Stable"))
                if number:
                    self.assertEqual(rebalances, [])
                self.assertEqual(consumer.assignments, 1)
                acknowledged = consumer.last
                self.restart(signal.SIGKILL if chance.random() < 0.5 else signal.SIGTERM)
                self.assertGreaterEqual(self.committed(), acknowledged, f"move {number} to {to}, seed {SEED}")
                consumer.wait_for(5)
        finally:
            consumer.stop()
        self.assertGreaterEqual(self.committed(), consumer.last)

    def kill_within_a_move(self, to, after_s):
        def ask():
            with Connection(self.broker) as connection:
                move(connection, "app", to)
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(after_s)  # the moment of the kill is the test's chance
        self.restart()
        asking.join()

    def test_dry_run_refusals_and_servers_that_are_away(self):
        with Connection(self.broker) as connection:
            self.assertEqual(move(connection, "app", "redis")["error"], GROUP_NOT_FOUND)
            self.assertEqual(commit(connection, "app", {0: 5}), {0: 0})
            told = move(connection, "app", "kafka")
            self.assertEqual((told["error"], told["message"]),
                             (STORE_NOT_FOUND, "There is no offset store 'kafka' in this deployment: there is 'redis', 'mysql', 'internal_topic'."))
            self.assertEqual(move(connection, "app", "internal_topic")["error"], INVALID_REQUEST)
            told = self.move_until_done("mysql", validate_only=True)
            self.assertEqual((told["error"], told["from"], told["to"], told["offsets"]), (0, "internal_topic", "mysql", 1))
            self.assertEqual(self.mysql_rows(), 0)
            self.mysql.kill()
            for dry in (True, False):
                told = move(connection, "app", "mysql", validate_only=dry)
                self.assertEqual(told["error"], COORDINATOR_NOT_AVAILABLE, told)
            self.assertEqual(commit(connection, "app", {0: 6}), {0: 0})
            self.mysql.start()
        self.move_until_done("mysql")
        self.assertEqual(self.mysql_rows(), 1)
        with Connection(self.broker) as connection:
            self.assertEqual(settings(connection)["offset.store"], ("mysql", 8))
        self.restart()
        self.assertEqual(self.committed(), 6)

    def test_a_store_that_is_away_holds_up_its_own_groups(self):
        with Connection(self.broker) as connection:
            for group in ("app", "other"):
                ready(connection, group)
                self.assertEqual(commit(connection, group, {0: 5}), {0: 0})
        self.move_until_done("mysql")
        self.mysql.kill()
        self.restart()
        with Connection(self.broker) as connection:
            ready(connection, "other")
            self.assertEqual(commit(connection, "other", {0: 6}), {0: 0})
            self.assertEqual(committed(connection, "other"), (0, {("t", 0): (6, "", 0)}))
            self.assertEqual(describe(connection, "app")[0], COORDINATOR_LOAD_IN_PROGRESS)
            self.assertEqual(move(connection, "other", "mysql")["error"], COORDINATOR_NOT_AVAILABLE)
        self.mysql.start()
        self.assertEqual(self.committed(), 5)

    def test_a_store_that_the_deployment_has_no_more(self):
        with Connection(self.broker) as connection:
            self.assertEqual(commit(connection, "app", {0: 5}), {0: 0})
        self.move_until_done("redis")
        conf = self.folder / "conf.yaml"
        text = conf.read_text()
        conf.write_text("\n".join(line for line in text.splitlines() if "use: redis" not in line) + "\n")
        self.restart(signal.SIGTERM)
        self.assertIn("1 group was moved to offsets 'redis', which this deployment does not name", self.broker.output())
        with Connection(self.broker) as connection:
            ready(connection, "other")
            # Another loop has this group, and may know less yet.
            self.assertEqual(answer(lambda: describe(connection, "app"), (COORDINATOR_LOAD_IN_PROGRESS,))[0], COORDINATOR_NOT_AVAILABLE)
            self.assertEqual(commit(connection, "app", {0: 6}), {0: COORDINATOR_NOT_AVAILABLE})
            self.assertEqual(commit(connection, "other", {0: 6}), {0: 0})
            self.assertEqual(move(connection, "app", "mysql")["error"], COORDINATOR_NOT_AVAILABLE)
        conf.write_text(text)
        self.restart(signal.SIGTERM)
        self.assertEqual(self.committed(), 5)

    def test_one_server_under_several_names_and_patterns(self):
        redis = f"use: redis, config: {{port: {self.redis.port}}}"
        lines = (self.folder / "conf.yaml").read_text().splitlines()
        at = next(number for number, line in enumerate(lines) if "use: redis" in line)

        def configure(last):
            ways = [f'    - {{name: fast, match: "a-*", {redis}}}', f'    - {{name: fast, match: "b-*", {redis}}}', f'    - {{name: slow, match: "c-*", {last}}}']
            (self.folder / "conf.yaml").write_text("\n".join([*lines[:at], *ways, *lines[at + 1:]]) + "\n")
        configure(redis)
        self.restart(signal.SIGTERM)
        with Connection(self.broker) as connection:
            for group in "a-1", "b-1", "c-1":
                ready(connection, group)
                self.assertEqual(commit(connection, group, {0: 5}), {0: 0}, group)
            for dry in True, False:
                told = move(connection, "a-1", "slow", validate_only=dry)
                self.assertEqual((told["error"], told["message"]), (INVALID_REQUEST, "'fast' and 'slow' are one place: there is nothing to move."))
            self.assertEqual(committed(connection, "a-1"), (0, {("t", 0): (5, "", 0)}))
        # One that only the server knows to be the same.
        configure(redis.replace("{port", "{host: localhost, port"))
        self.broker.stop()
        with self.assertRaises(RuntimeError) as refused:
            self.broker.start()
        self.assertIn("offsets 'fast' and 'slow' are one place", str(refused.exception))
        configure(redis)
        self.broker.stop()
        self.broker.start()
        with Connection(self.broker) as connection:
            ready(connection, "c-1")
            self.assertEqual(committed(connection, "c-1"), (0, {("t", 0): (5, "", 0)}))

    def mysql_rows(self):
        return int(subprocess.run(["mariadb", "--no-defaults", f"--socket={self.mysql.socket}", "--user=root", "-N", "-e",
                                   "SELECT COUNT(*) FROM barnabas.barnabas_offsets"], capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    unittest.main()
