#!/usr/bin/env python3
"""barnabas groups and Kafka's kafka-consumer-groups.sh, side by side: the same groups on our broker and on Apache Kafka, each tool on both."""
import base64
import json
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import unittest

from harness import consumer_groups
from harness.batch import batch, record
from harness.broker import PROGRAM, Broker, run
from harness.groups import JOIN_GROUP, Member, all_ready, commit, committed, ready
from harness.kafka_tools import KafkaTools
from harness.wire import Connection, array, create_topic, frame, header, i16, i32, i64, octets, produce, string
from takeover_scenario import Kafka

TOOL = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
ALL_KINDS = "org.apache.kafka.tools.GroupsCommand"
DUMP = "org.apache.kafka.tools.DumpLogSegments"
SETTINGS = ["group.initial.rebalance.delay.ms=0", "offsets.topic.num.partitions=1", "log.retention.ms=-1"]
FOREVER_MS = 300_000
START_MS = 1_700_000_000_000  # 2023-11-14T22:13:20Z
DELETE_RECORDS = 21
TWO_STORES = """
node: {id: 1}
listeners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]
storage: {use: segment, config: {dirs: [./data]}}
offsets: {use: internal_topic, groups: [{use: memory}]}
"""
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def until(done, timeout_s=60):
    """Apache Kafka answers before it has heard of what it was told; asked again, it has."""
    deadline = time.monotonic() + timeout_s
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # polls another process's state; there is nothing else to wait on


class ClassicMember(Member):
    """A member with a subscription that Kafka's tools can read, and a client id of its own."""

    def __init__(self, owner, group, topics, client, instance=None, kind="consumer"):
        super().__init__(Connection(owner), group, instance, FOREVER_MS)
        self.topics, self.client, self.kind = topics, client, kind

    def send_join(self):
        subscription = i16(1) + array([string(topic) for topic in self.topics]) + octets(None) + array([])
        self.connection.correlation += 1
        body = (string(self.group) + i32(FOREVER_MS) + i32(FOREVER_MS) + string(self.id) + string(self.instance) + string(self.kind)
                + array([string("range") + octets(subscription)]))
        self.connection.send(frame(header(JOIN_GROUP, 5, self.connection.correlation, self.client) + body))


def assignment(topics):
    return i16(1) + array([string(topic) + array([i32(p) for p in partitions]) for topic, partitions in topics.items()]) + octets(None)


class Groups:
    """On one broker: topics, and groups of every kind that a tool may meet. Members stay until close()."""

    def __init__(self, owner):
        self.owner, self.beating, self.closed = owner, [], threading.Event()
        self.connection = Connection(owner)
        self.classic = []
        self.fill_topics()
        for group in ("any", "empty", "active", "joining", "new", "static", "mixed"):
            ready(self.connection, group, 60)
        self.inactive_groups()
        self.classic_groups()
        self.consumer_groups()
        self.heart = threading.Thread(target=self.beat)
        self.heart.start()

    def fill_topics(self):
        for name, partitions in (("orders", 3), ("payments", 2), ("a-topic-with-a-name-of-thirty-s", 1)):
            assert create_topic(self.connection, name, partitions)[0] == 0
        for topic, partition, count in (("orders", 0, 10), ("orders", 1, 10), ("orders", 2, 10), ("payments", 0, 5), ("a-topic-with-a-name-of-thirty-s", 0, 3)):
            for i in range(count):
                records = batch([record()], now_ms=START_MS + 1000 * i)
                until(lambda: produce(self.connection, topic, records, partition)[0] == 0)
        reply = self.connection.ask(DELETE_RECORDS, 1, array([string("orders") + array([i32(1) + i64(2)])]) + i32(10_000))
        reply.i32()
        assert reply.array(lambda: (reply.string(), reply.array(lambda: (reply.i32(), reply.i64(), reply.i16()))))[0][1][0][1:] == (2, 0)

    def commit(self, group, offsets, topic, **more):
        until(lambda: set(commit(self.connection, group, offsets, topic, **more).values()) == {0})

    def inactive_groups(self):
        self.commit("empty", {0: 3, 1: 10}, "orders")
        self.commit("empty", {0: 5}, "payments", metadata="note")
        for group in ("a group, odd and long enough to be quoted", "plus+x", "gone-1", "gone-2", "less-1", "less-2"):
            ready(self.connection, group)
            self.commit(group, {0: 1}, "a-topic-with-a-name-of-thirty-s")
            self.commit(group, {0: 4, 1: 4, 2: 4}, "orders")

    def classic_groups(self):
        first = ClassicMember(self.owner, "active", ["orders", "payments"], "client-a")
        second = ClassicMember(self.owner, "active", ["orders", "payments"], "client-b-with-a-long-name", instance="inst-2")
        assert first.join() == 0
        joining = threading.Thread(target=second.join)
        joining.start()
        while first.heartbeat() == 0:
            pass
        assert first.join() == 0
        joining.join()
        leader, other = (first, second) if first.leader == first.id else (second, first)
        waiting = threading.Thread(target=other.sync)
        waiting.start()
        leader.sync({first.id: assignment({"orders": [0, 2]}), second.id: assignment({"payments": [0], "orders": [1]})})
        waiting.join()
        of_first = {"generation": first.generation, "member": first.id}
        self.commit("active", {0: 4, 1: 10}, "orders", **of_first)
        self.commit("active", {1: 0}, "payments", **of_first)  # which nobody reads
        late = ClassicMember(self.owner, "joining", ["orders"], "client-j")
        assert late.join() == 0  # and never asks for its assignment
        connect = ClassicMember(self.owner, "connect", [], "client-c", kind="connect")
        ready(self.connection, "connect")
        assert connect.join() == 0
        self.classic = [first, second, late, connect]

    def consumer_groups(self):
        talk = consumer_groups.Talk(Connection(self.owner))

        def member(group, letter, topics=("orders",), **more):
            return consumer_groups.Member(talk, group, letter * 22, topics=list(topics), **more)
        for group in ("left-1", "left-2"):
            gone = member(group, "e")
            ready(self.connection, group)
            assert gone.join()["error"] == 0 and gone.leave()["error"] == 0
        pair = [member("new", "a", ("orders", "payments")), member("new", "b")]
        static = member("static", "c", instance="inst-s")
        mixed, old = member("mixed", "d"), consumer_groups.ClassicMember(consumer_groups.Talk(Connection(self.owner)), "mixed")
        for one in (*pair, static, mixed):
            one.join()
        consumer_groups.settle(*pair, until=lambda *owned: sorted(sum(map(len, topics.values())) for topics in owned) == [2, 3])
        consumer_groups.settle(static, until=lambda owned: owned == {"orders": [0, 1, 2]})
        joined = threading.Thread(target=lambda: (old.join(), old.sync()))
        joined.start()
        while joined.is_alive():
            assert mixed.beat()["error"] == 0
        joined.join()
        consumer_groups.settle(mixed, old, until=lambda *owned: sorted(sum(map(len, topics.values())) for topics in owned) == [1, 2])
        self.beating = [*pair, static, mixed, old]
        for one in self.beating:
            one.beat()
        talk.commit("new", pair[0].name, pair[0].epoch, 5)

    def beat(self):
        while not self.closed.wait(3):
            for member in self.beating:
                member.beat()

    def close(self):
        self.closed.set()
        self.heart.join()
        for member in self.classic:
            member.connection.socket.close()
        for member in self.beating:
            member.talk.connection.socket.close()
        self.connection.socket.close()


def masked(text, address):
    """Ids that brokers make and their address, by something of the same length, so that columns stay what they are."""
    text = re.sub(UUID + r"|(?<![\w-])[\w-]{22}(?![\w-])", lambda found: "I" * len(found[0]), text)
    return text.replace(address, "A" * len(address))


def in_order(value):
    """Lists in an order of their own: Kafka's is that of hash tables."""
    if isinstance(value, dict):
        return {key: in_order(inner) for key, inner in value.items()}
    return sorted(map(in_order, value), key=json.dumps) if isinstance(value, list) else value


def notes(err):
    """Of standard error what is meant for people: no stack traces, and no warnings, whose form is the logger's."""
    return [line for line in err.splitlines() if line and not re.match(r"\s+at |Caused by: |(java|org|com)\.\S+(Exception|Error)\b|\s+\.\.\. \d+ more|WARN|\[.*WARN", line)]


class Ours:
    name = "ours"

    def run(self, *words):
        done = subprocess.run([PROGRAM.with_name("kafka-consumer-groups.sh"), *words], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr


class Theirs:
    def __init__(self, tools, name, main=TOOL):
        self.tools, self.name, self.main = tools, name, main

    def run(self, *words):
        return self.tools.run(self.main, *words)


# Rows are compared sorted: Kafka's own order is that of a hash table, except among the partitions of a member.
SHOWN = [
    ["--list"],
    ["--list", "--state"],
    ["--list", "--type"],
    ["--list", "--state", "stable,Empty", "--type", "consumer"],
    ["--describe", "--all-groups"],
    ["--describe", "--all-groups", "--offsets", "--verbose"],
    ["--describe", "--all-groups", "--members"],
    ["--describe", "--all-groups", "--members", "--verbose"],
    ["--describe", "--all-groups", "--state"],
    ["--describe", "--all-groups", "--state", "--verbose"],
    ["--describe", "--group", "nobody"],
    ["--describe", "--group", "empty", "--group", "active"],
]
RESETS = [
    ["--group", "empty", "--all-topics", "--to-earliest"],
    ["--group", "empty", "--topic", "orders", "--topic", "payments:1", "--to-latest"],
    ["--group", "empty", "--topic", "orders", "--to-current"],
    ["--group", "empty", "--topic", "orders:0", "--to-offset", "6"],
    ["--group", "empty", "--topic", "orders", "--to-offset", "99"],
    ["--group", "empty", "--topic", "orders", "--to-offset", "-7"],
    ["--group", "empty", "--topic", "orders:0", "--shift-by", "-2"],
    ["--group", "empty", "--topic", "orders:1", "--shift-by", "-100"],
    ["--group", "empty", "--topic", "orders", "--to-datetime", "2023-11-14T22:13:25.000"],
    ["--group", "empty", "--topic", "orders", "--to-datetime", "2023-11-15T01:43:25.000+03:30"],
    ["--group", "empty", "--topic", "payments", "--by-duration", "P1D"],
    ["--group", "nobody", "--topic", "orders", "--to-latest"],
    ["--group", "active", "--topic", "orders", "--to-latest"],
    ["--group", "new", "--topic", "orders", "--to-latest"],
    ["--all-groups", "--topic", "orders", "--to-latest"],
    ["--group", "empty", "--topic", "nothing", "--to-latest"],
    ["--group", "empty", "--topic", "orders:9", "--to-latest"],
    ["--group", "plus+x", "--group", "a group, odd and long enough to be quoted", "--all-topics", "--to-current", "--export"],
    ["--group", "plus+x", "--all-topics", "--to-current", "--export"],
]
# What ends with 1 and says why on the first line of standard error.
REFUSED = [
    ["--describe"],
    ["--describe", "--group", "a", "--all-groups"],
    ["--describe", "--group", "a", "--state", "Stable"],
    ["--describe", "--group", "a", "--topic", "x"],
    ["--list", "--group", "a"],
    ["--list", "--describe", "--all-groups"],
    ["--delete"],
    ["--delete", "--group", "a", "--topic", "x"],
    ["--reset-offsets", "--topic", "orders", "--dry-run", "--to-latest"],
    ["--reset-offsets", "--group", "a", "--topic", "orders", "--dry-run", "--execute", "--to-latest"],
    ["--reset-offsets", "--group", "empty", "--topic", "a:b:c", "--dry-run", "--to-latest"],
    ["--reset-offsets", "--group", "empty", "--topic", "orders:2", "--dry-run", "--shift-by", "1"],
]


class SideBySide(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.kafka = Kafka(pathlib.Path(cls.folder.name, "kafka"), "4.3.1")
        pathlib.Path(cls.kafka.folder).mkdir()
        cls.kafka.call("start", "kraft", *SETTINGS)
        cls.addClassCleanup(lambda: cls.kafka.call("stop"))
        cls.kafka.address = f"127.0.0.1:{cls.kafka.port}"
        cls.ours = Broker("single", SETTINGS).start()
        cls.addClassCleanup(cls.ours.__exit__)
        cls.owners = [cls.kafka, cls.ours]
        for owner in cls.owners:
            cls.addClassCleanup(Groups(owner).close)
        cls.tools = {release: KafkaTools(release, cls.folder.name) for release in ("4.3.1", "3.9.2")}
        for tools in cls.tools.values():
            cls.addClassCleanup(tools.close)

    def outcome(self, tool, owner, words):
        code, out, err = tool.run("--bootstrap-server", owner.address, *words)
        return {"code": code, "lines": sorted(masked(out, owner.address).splitlines()), "notes": sorted(notes(err))}

    def all_same(self, words_of, tools=None, shown=lambda outcome: outcome):
        """Each tool on each broker prints what the first prints on Apache Kafka; `words_of(n)`: the command of the n-th tool."""
        expected = None
        for n, tool in enumerate(tools or [Theirs(self.tools["4.3.1"], "4.3.1"), Ours()], 1):
            for owner in self.owners:
                words = words_of(n)
                with self.subTest(tool=tool.name, broker="ours" if owner is self.ours else "Kafka", words=" ".join(words)):
                    outcome = shown(self.outcome(tool, owner, words))
                    expected = expected or outcome
                    self.assertEqual(expected, outcome)

    def test_what_is_shown(self):
        for words in SHOWN:
            self.all_same(lambda n: words)

    def test_the_older_tool_shows_the_same_of_both_brokers(self):
        for words in SHOWN:
            self.all_same(lambda n: words, [Theirs(self.tools["3.9.2"], "3.9.2")])

    def test_the_tool_of_all_kinds_of_groups_shows_the_same_of_both_brokers(self):
        for words in (["--list"], ["--list", "--consumer"], ["--list", "--group-type", "classic"], ["--list", "--protocol", "connect"]):
            self.all_same(lambda n: words, [Theirs(self.tools["4.3.1"], "kafka-groups", ALL_KINDS)])

    def test_a_group_of_another_kind_is_refused(self):
        def without_class(outcome):
            return outcome | {"lines": [line.replace("java.lang.IllegalArgumentException: ", "") for line in outcome["lines"]]}
        self.all_same(lambda n: ["--describe", "--group", "connect"], shown=without_class)

    def test_plans_to_reset(self):
        for words in RESETS:
            self.all_same(lambda n: ["--reset-offsets", "--dry-run", *words])

    def test_resets_by_file(self):
        one, many, wrong = (pathlib.Path(self.folder.name, name) for name in ("one.csv", "many.csv", "wrong.csv"))
        one.write_text("orders,0,4\norders,1,3\n")
        many.write_text('empty,orders,0,4\n"plus+x",orders,1,99\n')
        wrong.write_text("orders,0,4\norders,one,3\n")
        for words in (["--group", "empty", "--from-file", one], ["--group", "empty", "--from-file", many],
                      ["--group", "empty", "--group", "plus+x", "--from-file", many], ["--group", "empty", "--group", "gone-1", "--from-file", many]):
            self.all_same(lambda n: ["--reset-offsets", "--dry-run", *map(str, words)], shown=lambda o: o | {"notes": []})
        # Kafka's sentence is its parser's, and counts every line as the first.
        shown = self.outcome(Ours(), self.ours, ["--reset-offsets", "--dry-run", "--group", "empty", "--from-file", str(wrong)])
        self.assertEqual((shown["code"], shown["lines"][1]),
                         (0, f"Error: Executing consumer group command failed due to {wrong}:2: 'orders,one,3' is not TOPIC,PARTITION,OFFSET"))

    def test_what_is_executed(self):
        for words in (["--topic", "orders", "--to-latest"], ["--topic", "orders:1", "--to-offset", "3"], ["--all-topics", "--to-earliest"]):
            self.all_same(lambda n: ["--reset-offsets", "--execute", "--group", "less-1", *words])
            self.all_same(lambda n: ["--describe", "--group", "less-1"])
        self.all_same(lambda n: ["--reset-offsets", "--execute", "--group", "left-1", "--topic", "orders", "--to-latest"])
        self.all_same(lambda n: ["--describe", "--group", "left-1"])
        for topics in (["orders:1"], ["nothing"], ["orders:9", "orders"]):
            words = ["--delete-offsets", "--group", "less-2", *(word for topic in topics for word in ("--topic", topic))]
            self.all_same(lambda n: words)
            self.all_same(lambda n: ["--describe", "--group", "less-2"])
        for group in ("active", "new", "nobody"):
            self.all_same(lambda n: ["--delete-offsets", "--group", group, "--topic", "orders"])
            self.all_same(lambda n: ["--delete", "--group", group])

        def same_group(outcome):
            return outcome | {"lines": [re.sub("(gone|left)-[12]", r"\1", line) for line in outcome["lines"]]}
        for group in ("gone", "left"):
            self.all_same(lambda n: ["--delete", "--group", f"{group}-{n}"], shown=same_group)
            self.all_same(lambda n: ["--describe", "--group", f"{group}-{n}"], shown=same_group)

    def test_what_only_ours_answer_is_refused_clearly_elsewhere(self):
        for words in (["why", "active"], ["move-offsets", "active", "--to", "redis"]):
            done = run("groups", *words, "--bootstrap-server", self.kafka.address)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("only a Barnabas broker, of this version or a later one, answers this", done.stderr)

    def test_refusals(self):
        for words in REFUSED:
            for tool in (Theirs(self.tools["4.3.1"], "4.3.1"), Ours()):
                with self.subTest(tool=tool.name, words=" ".join(words)):
                    code, out, err = tool.run("--bootstrap-server", self.kafka.address, *words)
                    self.assertEqual((code, out), (1, ""))
        for regex in ("t.*", "t[12", "(a", "(?=a)", "a**", "\\8"):
            theirs = self.tools["4.3.1"].run(TOOL, "--validate-regex", regex)
            self.assertEqual(theirs, Ours().run("--validate-regex", regex))

    def kept(self, owner, data):
        """What Kafka's own decoder finds in a log of the internal topic, as compaction would leave it: {key: value}, without what differs by nature."""
        code, out, err = self.tools["4.3.1"].run(DUMP, "--offsets-decoder", "--files", str(data / "__consumer_offsets-0/00000000000000000000.log"))
        self.assertEqual((code, err), (0, ""))
        self.assertNotIn("isvalid: false", out)
        with Connection(owner) as connection:
            topics = {base64.urlsafe_b64encode(uuid).decode().rstrip("="): name for name, uuid in consumer_groups.topics_of(connection).items()}
        out = re.sub(UUID, "member", re.sub(r"[\w-]{22}", lambda found: topics.get(found[0], found[0]), out))
        out = re.sub(r'("\w*[tT]imestamp":)-?\d+|("metadataHash":)-?\d+|("previousMemberEpoch":)\d+', r"\1\2\3 0", out)
        records = dict(re.findall(r"key: (\{.*\}) payload: (.*)$", out, re.MULTILINE))
        return {key: in_order(json.loads(value)) for key, value in records.items() if value != "<DELETE>"}

    def test_decoder_reads_the_records_of_groups(self):
        theirs = self.kept(self.kafka, pathlib.Path(self.kafka.folder, "data"))
        ours = self.kept(self.ours, self.ours.data)

        def of_settled(records):
            groups = re.compile('"(group|groupId)":"(empty|active|new|static)"')
            return {key: value for key, value in records.items() if groups.search(key)}
        self.assertEqual(of_settled(theirs), of_settled(ours))
        kinds = {json.loads(key)["type"] for key in ours}
        self.assertLessEqual({"1", "2", "3", "5", "6", "7", "8"}, kinds)


class OursAlone(unittest.TestCase):
    """What Kafka's tool does not have."""

    @classmethod
    def setUpClass(cls):
        cls.broker = Broker("memory", ["group.initial.rebalance.delay.ms=0"]).start()
        cls.addClassCleanup(cls.broker.__exit__)
        cls.connection = Connection(cls.broker)
        cls.addClassCleanup(cls.connection.socket.close)
        assert create_topic(cls.connection, "t", 2)[0] == 0
        all_ready(cls.connection)

    def groups(self, *words, server=True):
        return run("groups", *words, *(["--bootstrap-server", self.broker.address] if server else []))

    def test_words_end_with_1_where_something_failed(self):
        commit(self.connection, "words", {0: 5, 1: 6})
        self.assertIn("words\n", self.groups("list").stdout)
        self.assertEqual(self.groups("describe", "words").stdout, self.groups("--describe", "--group", "words").stdout)
        self.assertRegex(self.groups("reset", "words", "--topic", "t", "--to-latest", "--execute").stdout, "words +t +1 +0\n")
        self.assertEqual(self.groups("describe", "nobody").returncode, 1)
        self.assertEqual(self.groups("--describe", "--group", "nobody").returncode, 0)
        self.assertEqual(self.groups("delete", "words", "nobody").returncode, 1)
        self.assertNotIn("words\n", self.groups("list").stdout)
        misspelt = self.groups("lst")
        self.assertEqual(misspelt.returncode, 1)
        self.assertIn("did you mean 'list'", misspelt.stderr)

    def test_lead_is_the_distance_from_the_start_of_the_log(self):
        for _ in range(4):
            produce(self.connection, "t", batch([record()]), 0)
        reply = self.connection.ask(DELETE_RECORDS, 1, array([string("t") + array([i32(0) + i64(1)])]) + i32(10_000))
        reply.i32()
        commit(self.connection, "lead", {0: 3})
        shown = self.groups("describe", "lead", "--lead").stdout
        self.assertRegex(shown, "CURRENT-OFFSET +LOG-END-OFFSET +LAG +LEAD +CONSUMER-ID")
        self.assertRegex(shown, "lead +t +0 +3 +4 +1 +2 +- +- +-\n")

    def test_why_tells_the_rebalances_with_their_causes(self):
        first = ClassicMember(self.broker, "why", ["t"], "client-1")
        second = ClassicMember(self.broker, "why", ["t"], "client-2")
        self.addCleanup(first.connection.socket.close)
        self.addCleanup(second.connection.socket.close)
        self.assertEqual(first.join(), 0)
        first.sync({first.id: b""})
        joining = threading.Thread(target=second.join)
        joining.start()
        while first.heartbeat() == 0:
            pass
        self.assertEqual(first.join(), 0)
        joining.join()
        waiting = threading.Thread(target=second.sync)
        waiting.start()
        first.sync({first.id: b"", second.id: b""})
        waiting.join()
        self.assertEqual(second.leave(), 0)
        told = self.groups("why", "why").stdout
        self.assertRegex(told, "^Group 'why' is PreparingRebalance. What its coordinator remembers, newest last:\n\n")
        paragraphs = told.split("\n\n")[1:]
        self.assertEqual(len(paragraphs), 3, told)
        self.assertRegex(paragraphs[0], r"^\d{4}-\d\d-\d\dT[\d:.]+Z  generation 1, range, 0 -> 1 member, joined in [\d.]+ s, synced in [\d.]+ s\n"
                                        rf"  member {first.id} \(client-1, /127.0.0.1\) joined$")
        self.assertRegex(paragraphs[1], rf"generation 2, range, 1 -> 2 members, .*\n  member {second.id} \(client-2, /127.0.0.1\) joined$")
        self.assertRegex(paragraphs[2], rf"no generation yet, 2 members before, members are joining\n  member {second.id} \(client-2, /127.0.0.1\) left")
        nobody = self.groups("why", "nobody")
        self.assertEqual((nobody.returncode, nobody.stdout, nobody.stderr), (1, "", "barnabas groups: Group nobody not found.\n"))

    def test_a_move_says_what_goes_where(self):
        with Broker("single") as broker, tempfile.TemporaryDirectory() as folder:
            broker.stop()
            broker.conf = pathlib.Path(folder, "two.yaml")
            broker.conf.write_text(TWO_STORES)
            broker.start()

            def move(*words):
                done = run("groups", "move-offsets", *words, "--bootstrap-server", broker.address)
                return done.returncode, done.stdout, done.stderr
            with Connection(broker) as connection:
                self.assertEqual(create_topic(connection, "t", 2)[0], 0)
                ready(connection, "g")
                self.assertEqual(commit(connection, "g", {0: 5, 1: 6}), {0: 0, 1: 0})
                there = ("  from internal_topic \\(survives .*\\)\n  to   memory \\(lost with the broker's process\\)\n")
                code, out, err = move("g", "--to", "memory", "--dry-run")
                self.assertEqual((code, err), (0, ""))
                self.assertRegex(out, r"^Would move group 'g': 2 offsets, \d group records?, \d+ bytes\n" + there)
                self.assertRegex(move("g", "--to", "memory")[1], "^Moved group 'g': 2 offsets, .*\n" + there)
                self.assertEqual(committed(connection, "g", (0, 1)), (0, {("t", 0): (5, "", 0), ("t", 1): (6, "", 0)}))
                code, out, err = move("g", "--to", "memry")
                self.assertEqual((code, out), (1, ""))
                self.assertRegex(err, "barnabas groups: .*memry.*memory")
                for words in (["g"], ["--to", "memory"], ["g", "h", "--to", "memory"]):
                    self.assertEqual(move(*words)[0], 1)


if __name__ == "__main__":
    unittest.main()
