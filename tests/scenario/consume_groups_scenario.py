#!/usr/bin/env python3
"""barnabas consume as a member of groups: where it goes on, how it shares with others of its kind and of other kinds, what it survives."""
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from harness.batch import batch, record
from harness.broker import BUILD, PROGRAM, SOURCE, Broker, run
from harness.groups import committed, describe, ready
from harness.wire import Connection, create_topic, produce
from takeover_scenario import KAFKA, Kafka

PYTHON = SOURCE / "build/compat/venv/bin/python3"
QUICK = ["group.initial.rebalance.delay.ms=0", "group.min.session.timeout.ms=500"]
ALL = range(4)


def write(connection, partition, *values, topic="t"):
    error = produce(connection, topic, batch([record(i, value=value.encode()) for i, value in enumerate(values)]), partition=partition)[0]
    assert error == 0, error


class Reader:
    """A consumer that runs, and what it has printed."""

    def __init__(self, *words):
        self.process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines, self.changed = [], threading.Condition()
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()

    def values(self):
        return list(self.lines)

    def wait(self, enough, timeout_s=30):
        with self.changed:
            assert self.changed.wait_for(lambda: enough(self.lines), timeout_s), (self.lines, self.process.poll())

    def end(self, how=signal.SIGTERM):
        """(exit code, standard error)"""
        self.process.send_signal(how)
        return self.ended()

    def ended(self):
        """(exit code, standard error) of one that ends by itself."""
        code = self.process.wait(30)
        self.thread.join()
        with self.process.stdout, self.process.stderr:
            return code, self.process.stderr.read()


class Cluster(unittest.TestCase):
    def connect(self):
        self.connection = Connection(self.broker)
        self.addCleanup(self.connection.socket.close)

    def run_reader(self, *words):
        reader = Reader(*words)
        self.addCleanup(lambda: reader.process.poll() is None and reader.end(signal.SIGKILL))
        return reader

    def reader(self, *arguments, topic=("--topic", "t")):
        return self.run_reader(PROGRAM, "consume", "--bootstrap-server", self.broker.address, *topic, "--group", "g", "--command-property",
                               "heartbeat.interval.ms=100", *arguments)

    def consumed(self, *arguments, topic=("--topic", "t"), timeout_ms=1500):
        done = run("consume", "--bootstrap-server", self.broker.address, *topic, "--timeout-ms", timeout_ms, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return sorted(done.stdout.splitlines())

    def until(self, true, what, timeout_s=30):
        deadline = time.monotonic() + timeout_s
        while not true():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)  # polls another process's state; there is nothing else to wait on

    def members(self, count, group="g"):
        """Waits until the group is stable with so many."""
        self.until(lambda: (lambda found: found[1] == "Stable" and len(found[4]) == count)(describe(self.connection, group)), f"{count} members")

    rounds = 0  # of records, one to each partition

    def share(self, *readers, tries=1):
        """Each partition gets a record; who read what, as lists in the order of `readers`. Tried again where a record does not come."""
        self.rounds += 1
        before = [len(reader.values()) for reader in readers]
        for partition in ALL:
            write(self.connection, partition, f"{partition}-{before}")
        try:
            self.until(lambda: sum(len(reader.values()) for reader in readers) >= sum(before) + 4, "four records", 30 if tries == 1 else 10)
        except AssertionError:
            if tries == 1:
                raise
            return self.share(*readers, tries=tries - 1)
        found = [[int(value[0]) for value in reader.values()[seen:]] for reader, seen in zip(readers, before)]
        self.assertEqual(sorted(sum(found, [])), list(ALL), "each once")
        return [sorted(partitions) for partitions in found]

    def offsets(self, group="g", topic="t"):
        return {partition: offset for (_, partition), (offset, _, _) in committed(self.connection, group, ALL, topic=topic)[1].items()}


class Alone(Cluster):
    def setUp(self):
        self.broker = Broker("memory", QUICK).start()
        self.addCleanup(self.broker.__exit__)
        self.connect()
        self.assertEqual(create_topic(self.connection, "t", 4)[0], 0)
        ready(self.connection, "g")

    def test_it_goes_on_where_the_group_has_committed(self):
        for partition in ALL:
            write(self.connection, partition, *(f"{partition}{i}" for i in range(3)))
        first = self.consumed("--group", "g", "--from-beginning", "--max-messages", 5, timeout_ms=10_000)
        self.assertEqual(len(first), 5)
        self.assertEqual(sum(self.offsets().values()), 5, "exactly what was printed is committed, in the middle of a batch too")
        rest = self.consumed("--group", "g", "--from-beginning")
        self.assertEqual(sorted(first + rest), [f"{partition}{i}" for partition in ALL for i in range(3)])
        self.assertEqual(self.offsets(), {partition: 3 for partition in ALL})
        self.assertEqual(describe(self.connection, "g")[1], "Empty", "it has left")

    def test_a_new_group_begins_at_the_end_and_remembers_that(self):
        write(self.connection, 0, "old")
        reader = self.reader()
        self.members(1)
        write(self.connection, 1, "first")
        reader.wait(lambda values: values == ["first"])
        self.assertEqual(reader.end(), (128 + signal.SIGTERM, "Processed a total of 1 messages\n"))
        write(self.connection, 0, "new")
        self.assertEqual(self.consumed("--group", "g"), ["new"])

    def test_without_auto_commit_nothing_is_kept(self):
        write(self.connection, 0, "a", "b")
        for _ in range(2):
            self.assertEqual(self.consumed("--group", "g", "--from-beginning", "--command-property", "enable.auto.commit=false"), ["a", "b"])
        self.assertEqual(self.offsets(), {partition: -1 for partition in ALL})

    def test_the_group_may_be_a_property(self):
        write(self.connection, 0, "a")
        self.assertEqual(self.consumed("--from-beginning", "--command-property", "group.id=g"), ["a"])
        self.assertEqual(self.consumed("--from-beginning", "--command-property", "group.id=g"), [])
        done = run("consume", "--bootstrap-server", self.broker.address, "--topic", "t", "--group", "g", "--command-property", "group.id=other")
        self.assertEqual(done.returncode, 1)
        self.assertIn("do not match. Detected group ids: 'g', 'other'", done.stderr)

    def test_without_a_policy_it_says_what_is_missing(self):
        done = run("consume", "--bootstrap-server", self.broker.address, "--topic", "t", "--group", "g", "--command-property", "auto.offset.reset=none")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Undefined offset with no reset policy for partitions: [t-0]", done.stderr)

    def test_several_topics_by_a_pattern_and_a_new_one(self):
        for topic in ("logs.a", "logs.b", "other"):
            self.assertEqual(create_topic(self.connection, topic, 1)[0], 0)
            write(self.connection, 0, topic, topic=topic)
        reader = self.reader("--from-beginning", "--command-property", "metadata.max.age.ms=200", topic=("--include", "logs[.].*"))
        reader.wait(lambda values: sorted(values) == ["logs.a", "logs.b"])
        self.assertEqual(create_topic(self.connection, "logs.c", 1)[0], 0)
        write(self.connection, 0, "logs.c", topic="logs.c")
        reader.wait(lambda values: "logs.c" in values)
        write(self.connection, 0, "more", topic="logs.a")
        reader.wait(lambda values: "more" in values)
        self.assertEqual(sorted(reader.values()), ["logs.a", "logs.b", "logs.c", "more"], "nothing twice")
        reader.end()

    def test_mistakes_are_named(self):
        for properties, said in ((["partition.assignment.strategy=rnge"], "did you mean 'range'"),
                                 (["partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor"], "range, roundrobin, uniform"),
                                 (["session.timeout.ms=100"], "heartbeat.interval.ms must be less"),
                                 (["session.timeout.ms=soon"], "Invalid value soon for configuration session.timeout.ms"),
                                 (["session.timeout.ms=400", "heartbeat.interval.ms=100"], "INVALID_SESSION_TIMEOUT"),
                                 (["enable.auto.commit=perhaps"], "Invalid value perhaps for configuration enable.auto.commit"),
                                 (["group.protocol=best"], "CLASSIC, CONSUMER"),
                                 (["group.protocol=consumer", "group.remote.assignor=best"], "UNSUPPORTED_ASSIGNOR"),
                                 (["group.protocol=consumer", "session.timeout.ms=1000"], "session.timeout.ms cannot be set"),
                                 (["group.remote.assignor=range"], "group.remote.assignor cannot be set")):
            with self.subTest(properties):
                words = [word for one in properties for word in ("--command-property", one)]
                done = run("consume", "--bootstrap-server", self.broker.address, "--topic", "t", "--group", "g", *words)
                self.assertEqual(done.returncode, 1)
                self.assertIn(said, done.stderr)

    def test_partitions_that_come_are_shared_too(self):
        reader = self.reader("--from-beginning", "--command-property", "metadata.max.age.ms=200")
        self.members(1)
        run("topics", "--bootstrap-server", self.broker.address, "--alter", "--topic", "t", "--partitions", 6, check=True)
        write(self.connection, 5, "from the new one")
        reader.wait(lambda values: values == ["from the new one"])
        reader.end()


class Together(Cluster):
    def setUp(self):
        self.broker = Broker("memory", QUICK).start()
        self.addCleanup(self.broker.__exit__)
        self.connect()
        self.assertEqual(create_topic(self.connection, "t", 4)[0], 0)
        ready(self.connection, "g")

    def test_partitions_are_split_and_come_back(self):
        first = self.reader("--from-beginning")
        self.members(1)
        self.assertEqual(self.share(first), [list(ALL)])
        second = self.reader("--from-beginning")
        self.members(2)
        self.assertEqual(sorted(map(len, self.share(first, second))), [2, 2])
        self.assertEqual(first.end()[0], 128 + signal.SIGTERM)
        self.members(1)
        self.assertEqual(self.share(second), [list(ALL)])
        self.assertEqual(second.end()[1], "Processed a total of %d messages\n" % len(second.values()))
        self.assertEqual(self.offsets(), {partition: 3 for partition in ALL})

    def test_by_the_assignor_that_all_know(self):
        readers = [self.reader("--command-property", f"partition.assignment.strategy={names}") for names in ("roundrobin,uniform", "uniform,range")]
        self.members(2)
        self.assertEqual(describe(self.connection, "g")[3], "uniform")
        self.assertEqual(sorted(map(len, self.share(*readers))), [2, 2])
        readers.append(self.reader("--command-property", f"partition.assignment.strategy={BUILD / 'lib/barnabas/plugins/assignor/uniform.so'}"))
        self.members(3)
        self.assertEqual(sorted(map(len, self.share(*readers))), [1, 1, 2])
        code, said = self.reader("--command-property", "partition.assignment.strategy=range").ended()
        self.assertEqual(code, 1)
        self.assertIn("INCONSISTENT_GROUP_PROTOCOL", said)

    def test_one_that_is_killed_is_replaced(self):
        first = self.reader("--from-beginning", "--command-property", "session.timeout.ms=1000")
        second = self.reader("--from-beginning", "--command-property", "session.timeout.ms=1000")
        self.members(2)
        self.share(first, second)
        first.end(signal.SIGKILL)
        self.members(1)
        for partition in ALL:
            write(self.connection, partition, f"{partition} after")
        second.wait(lambda values: sum("after" in value for value in values) == 4)
        second.end()
        self.assertEqual(self.offsets(), {partition: 2 for partition in ALL})

    def test_one_that_stood_still_does_not_set_offsets_back(self):
        still = self.reader("--from-beginning", "--command-property", "session.timeout.ms=1000", "--command-property", "auto.commit.interval.ms=100")
        self.members(1)
        self.share(still)
        still.process.send_signal(signal.SIGSTOP)
        self.until(lambda: describe(self.connection, "g")[1] == "Empty", "its end")
        second = self.reader("--from-beginning")
        self.members(1)
        for partition in ALL:
            write(self.connection, partition, "x", "y", "z")
        second.wait(lambda values: len([value for value in values if value in "xyz"]) == 12)
        self.assertEqual(second.end()[0], 128 + signal.SIGTERM)
        self.assertEqual(self.offsets(), {partition: 4 for partition in ALL})
        still.process.send_signal(signal.SIGCONT)
        self.members(1)
        write(self.connection, 0, "last")
        still.wait(lambda values: "last" in values)
        still.end()
        self.assertEqual(self.offsets(), {0: 5, 1: 4, 2: 4, 3: 4})

    def test_static_members_keep_their_partitions_while_they_are_away(self):
        names = [("--command-property", f"group.instance.id={name}") for name in ("one", "two")]
        first, second = (self.reader("--from-beginning", *name) for name in names)
        self.members(2)
        had, others = self.share(first, second)
        first.end()
        self.assertEqual(len(describe(self.connection, "g")[4]), 2, "it did not leave")
        again = self.reader("--from-beginning", *names[0])
        self.until(lambda: again.process.poll() is None and describe(self.connection, "g")[1] == "Stable", "stable")
        self.assertEqual(self.share(again, second), [had, others])
        usurper = self.reader("--from-beginning", *names[0])
        code, said = again.ended()
        self.assertEqual(code, 1)
        self.assertIn("FENCED_INSTANCE_ID", said)
        self.assertEqual(self.share(usurper, second), [had, others])

    @unittest.skipUnless(PYTHON.exists(), "tests/compat/run installs the clients")
    def test_with_members_of_other_kinds(self):
        program = """if True:
            import signal, sys
            from confluent_kafka import Consumer
            consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "g", "auto.offset.reset": "earliest", "heartbeat.interval.ms": 100,
                                 "partition.assignment.strategy": sys.argv[2]})
            consumer.subscribe(["t"])
            ended = []
            signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
            while not ended:
                message = consumer.poll(0.1)
                if message is not None and not message.error():
                    print(message.value().decode(), flush=True)
            consumer.close()  # commits what was printed: the next ones are not given it again
            """
        for assignor in ("range", "roundrobin"):
            with self.subTest(assignor):
                ours = self.reader("--from-beginning", "--command-property", f"partition.assignment.strategy={assignor}")
                self.members(1)
                self.share(ours)
                other = self.run_reader(PYTHON, "-c", program, self.broker.address, assignor)
                self.members(2)
                self.assertEqual(sorted(map(len, self.share(ours, other))), [2, 2])
                ours.end()
                other.end()
                self.until(lambda: describe(self.connection, "g")[1] == "Empty", "the end of both")


HAS_KAFKA = (SOURCE / "build/compat/kafka-4.3.1").exists()


class Assigned(Cluster):
    """Groups whose coordinator assigns: KIP-848."""
    QUICK = ["group.initial.rebalance.delay.ms=0", "group.consumer.min.heartbeat.interval.ms=100", "group.consumer.heartbeat.interval.ms=100",
             "group.consumer.min.session.timeout.ms=500", "group.consumer.session.timeout.ms=2000", "group.consumer.assignment.interval.ms=0"]
    PROTOCOL = ["--command-property", "group.protocol=consumer"]

    def consumer(self, *arguments):
        return self.run_reader(PROGRAM, "consume", "--bootstrap-server", self.broker.address, "--topic", "t", "--group", "g", "--from-beginning", *self.PROTOCOL,
                               *arguments)

    def members(self, count, group="g"):
        def state():
            words = run("groups", "--bootstrap-server", self.broker.address, "--describe", "--group", group, "--state").stdout.split()
            return words[-2:]
        self.until(lambda: state() == ["Stable" if count else "Empty", str(count)], f"{count} members")

    def begin(self):
        self.connect()
        self.until(lambda: create_topic(self.connection, "t", 4)[0] == 0, "the topic")
        ready(self.connection, "g")

    def lives(self, folder):
        """Two of ours and Kafka's own console consumer."""
        self.begin()
        ours = [self.consumer()]
        self.members(1)
        self.assertEqual(self.share(*ours), [list(ALL)])
        ours.append(self.consumer())
        self.members(2)
        self.assertEqual(sorted(map(len, self.share(*ours))), [2, 2])
        kafkas = []
        if HAS_KAFKA:
            kafkas = [self.run_reader(KAFKA, "-d", folder, "kafka-console-consumer.sh", "--bootstrap-server", self.broker.address, "--topic", "t", "--group", "g",
                                      "--from-beginning", *self.PROTOCOL)]
            self.members(3)
            # Kafka's consumer now and then commits a record after a rebalance that it never hands out, also where all members are its own.
            self.assertEqual(sorted(map(len, self.share(*ours, *kafkas, tries=4))), [1, 1, 2])
        ours.pop(0).end()
        self.members(1 + len(kafkas))
        self.assertEqual(sorted(map(len, self.share(*ours, *kafkas, tries=4))), [2, 2] if kafkas else [4])
        for reader in kafkas:
            reader.end()
        self.members(1)
        self.assertEqual(self.share(*ours), [list(ALL)])
        self.assertEqual(ours[0].end()[0], 128 + signal.SIGTERM)
        self.members(0)
        self.assertEqual(set(self.offsets().values()), {self.rounds})

    def test_on_our_broker(self):
        with tempfile.TemporaryDirectory() as folder, Broker("memory", self.QUICK) as self.broker:
            self.lives(folder)

    @unittest.skipUnless(HAS_KAFKA, "tests/compat/kafka/kafka fetch gets Apache Kafka")
    def test_on_apache_kafka(self):
        with tempfile.TemporaryDirectory() as folder, Kafka(folder, "4.3.1") as self.broker:
            self.broker.address = f"127.0.0.1:{self.broker.port}"
            self.lives(folder)

    def test_without_auto_commit_what_stays_is_read_on(self):
        with Broker("memory", self.QUICK) as self.broker:
            self.begin()
            first = self.consumer("--command-property", "enable.auto.commit=false")
            self.members(1)
            self.share(first)
            second = self.consumer()
            self.members(2)
            second.wait(lambda values: len({value[0] for value in values}) == 2)  # the others' from where the group is, which is the beginning
            for partition in ALL:
                write(self.connection, partition, f"{partition} more")
            first.wait(lambda values: sum("more" in value for value in values) == 2)
            self.assertEqual(len(first.values()), 6, "what it kept goes on where it was")

    def test_one_that_stood_still_does_not_set_offsets_back(self):
        with Broker("memory", self.QUICK) as self.broker:
            self.begin()
            still = self.consumer("--command-property", "auto.commit.interval.ms=100")
            self.members(1)
            self.share(still)
            still.process.send_signal(signal.SIGSTOP)
            self.members(0)
            second = self.consumer()
            self.members(1)
            for partition in ALL:
                write(self.connection, partition, "x", "y", "z")
            second.wait(lambda values: len([value for value in values if value in "xyz"]) == 12)
            self.assertEqual(second.end()[0], 128 + signal.SIGTERM)
            self.assertEqual(self.offsets(), {partition: 4 for partition in ALL})
            still.process.send_signal(signal.SIGCONT)
            self.members(1)
            write(self.connection, 0, "last")
            still.wait(lambda values: "last" in values)
            still.end()
            self.assertEqual(self.offsets(), {0: 5, 1: 4, 2: 4, 3: 4})

    def test_a_group_changes_over_while_it_reads(self):
        with Broker("memory", self.QUICK) as self.broker:
            self.begin()
            classic = self.reader("--from-beginning")
            self.members(1)
            self.assertEqual(self.share(classic), [list(ALL)])
            consumer = self.consumer()
            self.members(2)
            self.assertEqual(sorted(map(len, self.share(classic, consumer))), [2, 2])
            classic.end()
            self.members(1)
            self.assertEqual(self.share(consumer), [list(ALL)])


@unittest.skipUnless(HAS_KAFKA, "tests/compat/kafka/kafka fetch gets Apache Kafka")
class WithKafkasOwn(Cluster):
    """Kafka's console consumer and two of ours share a group; `self.broker` serves them."""

    def share_with_kafkas(self, folder):
        self.connect()
        self.until(lambda: create_topic(self.connection, "t", 4)[0] == 0, "the topic")
        ready(self.connection, "g")
        ours = [self.reader("--from-beginning")]
        self.members(1)
        kafkas = self.run_reader(KAFKA, "-d", folder, "kafka-console-consumer.sh", "--bootstrap-server", self.broker.address, "--topic", "t", "--group", "g",
                                 "--from-beginning", "--command-property", "heartbeat.interval.ms=100")
        self.members(2)
        self.assertEqual(sorted(map(len, self.share(*ours, kafkas))), [2, 2])
        ours.append(self.reader("--from-beginning"))
        self.members(3)
        self.assertEqual(sorted(map(len, self.share(*ours, kafkas))), [1, 1, 2])
        kafkas.end()
        self.members(2)
        self.assertEqual(sorted(map(len, self.share(*ours))), [2, 2])
        for reader in ours:
            self.assertEqual(reader.end()[0], 128 + signal.SIGTERM)
        self.assertEqual(self.offsets(), {partition: 3 for partition in ALL})

    def test_on_our_broker(self):
        with tempfile.TemporaryDirectory() as folder, Broker("memory", QUICK) as self.broker:
            self.share_with_kafkas(folder)

    def test_on_apache_kafka(self):
        with tempfile.TemporaryDirectory() as folder, Kafka(folder, "4.3.1") as self.broker:
            self.broker.address = f"127.0.0.1:{self.broker.port}"
            self.share_with_kafkas(folder)


class Restarted(Cluster):
    def test_a_broker_that_comes_back_is_found_again(self):
        self.broker = Broker("single", QUICK).start()
        self.addCleanup(self.broker.__exit__)
        self.connect()
        self.assertEqual(create_topic(self.connection, "t", 4)[0], 0)
        ready(self.connection, "g")
        reader = self.reader("--from-beginning", "--command-property", "auto.commit.interval.ms=50")
        self.members(1)
        write(self.connection, 0, "before")
        reader.wait(lambda values: values == ["before"])
        for how in (signal.SIGTERM, signal.SIGKILL):
            self.until(lambda: 0 <= sum(self.offsets().values()) and self.offsets()[0] == len(reader.values()), "the commit")
            self.broker.stop(how)
            self.broker.start()
            self.connect()
            ready(self.connection, "g")
            write(self.connection, 0, f"after {how}")
            reader.wait(lambda values: values[-1] == f"after {how}")
        self.assertEqual(len(reader.values()), 3, "nothing twice")
        self.assertEqual(reader.end(), (128 + signal.SIGTERM, "Processed a total of 3 messages\n"))
        self.assertEqual(self.offsets()[0], 3)


if __name__ == "__main__":
    unittest.main()
