#!/usr/bin/env python3
"""Interceptors of `barnabas produce` and `barnabas consume`: two in a chain on each side, one that throws, one that is too slow, and what is
refused before anything is sent."""
import json
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

from harness.broker import BUILD, PROGRAM, SOURCE, Broker, run

GOOD = BUILD / "tests/plugins/good"
MOODY = f"plugins: {{paths: [{GOOD}]}}\n"


def moody(**options):
    said = ", ".join(f"{name}: {value!r}" for name, value in {"needed": "x", **options}.items())
    return f"  - {{use: moody, config: {{{said}}}}}\n"


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker("memory").start()
        cls.addClassCleanup(cls.broker.__exit__)

    def setUp(self):
        self.topic = re.sub(r"\W", "-", self.id().rsplit(".", 1)[-1])
        run("topics", "--bootstrap-server", self.broker.address, "--create", "--topic", self.topic, "--partitions", 1, check=True)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def config(self, text):
        path = self.folder / "client.yaml"
        path.write_text(text)
        return ["--config", path]

    def produce(self, lines, *arguments):
        return run("produce", "--bootstrap-server", self.broker.address, "--topic", self.topic, *arguments, input="".join(f"{line}\n" for line in lines))

    def consume(self, count, *arguments):
        return run("consume", "--bootstrap-server", self.broker.address, "--topic", self.topic, "--from-beginning", "--max-messages", count,
                   "--timeout-ms", 10000, *arguments)

    def values(self, count):
        return self.consume(count).stdout.splitlines()


class Produce(Clients):
    def test_two_in_a_chain_and_the_second_counts(self):
        done = self.produce(["tea", "milk"], *self.config("interceptors:\n  - {use: timestamp_prefix, config: {separator: '_'}}\n  - use: counter\n"))
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertRegex(done.stderr, r"^\S+ \S+ INFO  interceptor counter: success 2, failure 0\n$")
        for value, word in zip(self.values(2), ("tea", "milk")):
            self.assertRegex(value, rf"^\d{{13}}_{word}$")

    def test_each_gets_what_the_one_before_made(self):
        done = self.produce(["a"], *self.config(f"{MOODY}interceptors:\n{moody(mark='1')}{moody(mark='2')}"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.values(1), ["a12"])

    def test_one_that_throws_is_named_and_stops_nothing(self):
        done = self.produce(["a"], *self.config(f"{MOODY}interceptors:\n{moody(mark='1')}{moody(fail='working', mark='lost')}{moody(mark='3')}"))
        self.assertEqual(done.returncode, 0)
        self.assertIn("WARN  interceptor 'moody': plugin 'moody' threw in on_send: tired\n", done.stderr)
        self.assertIn("threw in on_close: tired of it all\n", done.stderr)
        self.assertEqual(self.values(1), ["a13"])

    def test_one_that_is_too_slow_is_switched_off_and_named(self):
        done = self.produce(range(7), "--sync", *self.config(f"{MOODY}interceptors:\n{moody(fail='in_time', mark=' slowly')}  - use: counter\n"))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count("interceptor 'moody' is switched off: 5 calls in a row took longer than 50 ms"), 1, done.stderr)
        self.assertIn("success 7, failure 0", done.stderr)
        self.assertEqual(self.values(7), [f"{i} slowly" for i in range(5)] + ["5", "6"])

    def test_what_one_refuses_is_not_sent_and_counts_as_a_failure(self):
        done = self.produce(["good", "bad", "better"], *self.config(f"{MOODY}interceptors:\n{moody(fail='to_accept')}  - use: counter\n"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("barnabas produce: line 2 is not sent: interceptor 'moody' refused the record: it is bad\n", done.stderr)
        self.assertIn("success 2, failure 1 (INVALID_RECORD 1)", done.stderr)
        self.assertEqual(self.values(2), ["good", "better"])

    def test_what_the_broker_refuses_counts_with_its_name(self):
        run("configs", "--bootstrap-server", self.broker.address, "--alter", "--entity-type", "topics", "--entity-name", self.topic, "--add-config",
            "max.message.bytes=100", check=True)
        done = self.produce(["x" * 200], "--interceptor", "counter")
        self.assertEqual(done.returncode, 1)
        self.assertIn("success 0, failure 1 (MESSAGE_TOO_LARGE 1)", done.stderr)

    def test_what_reaches_no_broker_counts_too(self):
        with Broker("memory") as broker:
            command = [str(PROGRAM), "produce", "--bootstrap-server", broker.address, "--topic", "t", "--interceptor", "counter",
                       "--command-property", "delivery.timeout.ms=1000"]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as producer:
                producer.stdin.write("tea\n")
                producer.stdin.flush()
                read = run("consume", "--bootstrap-server", broker.address, "--topic", "t", "--from-beginning", "--max-messages", 1, "--timeout-ms", 10000)
                self.assertEqual(read.stdout, "tea\n")
                broker.stop()
                said = producer.communicate("milk\n", timeout=60)[1]
        self.assertEqual(producer.returncode, 1)
        self.assertIn("success 1, failure 1 (NETWORK_EXCEPTION 1)", said)

    def test_what_came_before_a_wrong_line_is_sent(self):
        done = self.produce(["k:v", "no key"], "--reader-property", "parse.key=true", "--reader-property", "key.separator=:", "--interceptor", "counter")
        self.assertEqual(done.returncode, 1)
        self.assertIn("success 1, failure 0", done.stderr)
        self.assertEqual(self.values(1), ["v"])

    def test_each_record_is_acknowledged_with_its_place(self):
        audit = self.folder / "audit.jsonl"
        config = self.config(f"interceptors: [{{use: audit, config: {{path: {audit}}}}}]\n")
        self.assertEqual(self.produce(["tea", "milk"], *config).returncode, 0)
        self.assertEqual([re.sub(r'"time":\d+,', "", line) for line in audit.read_text().splitlines()], [
            f'{{"event":"send","topic":"{self.topic}","partition":0,"offset":0,"records":1,"bytes":3}}',
            f'{{"event":"send","topic":"{self.topic}","partition":0,"offset":1,"records":1,"bytes":4}}',
            '{"event":"summary","sent_records":2,"sent_bytes":7,"failed_records":0}'])

    def test_a_signal_is_an_end_too(self):
        command = [str(PROGRAM), "produce", "--bootstrap-server", self.broker.address, "--topic", self.topic, "--interceptor", "counter"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as producer:
            producer.stdin.write("tea\nhalf of")
            producer.stdin.flush()
            self.assertEqual(self.values(1), ["tea"])
            producer.send_signal(signal.SIGINT)
            self.assertIn("success 1, failure 0", producer.stderr.read())
            self.assertEqual(producer.wait(timeout=30), 128 + signal.SIGINT)

    def test_kafkas_property_names_a_chain(self):
        done = self.produce(["tea"], "--producer-property", "interceptor.classes=timestamp_prefix, counter")
        self.assertIn("success 1, failure 0", done.stderr)
        self.assertRegex(self.values(1)[0], r"^\d{13},tea$")

    def test_a_plugin_may_be_named_by_its_file(self):
        done = self.produce(["tea"], "--interceptor", BUILD / "lib/barnabas/plugins/interceptor/counter.so")
        self.assertIn("success 1, failure 0", done.stderr)

    def test_mistakes_are_named_and_nothing_is_sent(self):
        config = self.folder / "client.yaml"
        for text, arguments, said in (
                ("interceptors:\n  - {use: conuter}\n", [], [f"{config}:2:11: error: there is no interceptor plugin 'conuter'", "did you mean 'counter'?"]),
                ("interceptors:\n  - use: counter\n    config: {topic: true}\n", [], [f"{config}:3:14: error: ", "did you mean 'topics'?"]),
                ("interceptors:\n  - use: counter\n    config: {topics: some}\n", [], [f"{config}:3:22: error: ", "'topics' must be true or false"]),
                ("intercepters: []\n", [], [f"{config}:1:1: error: unknown key 'intercepters'", "did you mean 'interceptors'?"]),
                (f"{MOODY}interceptors:\n{moody(fail='making')}", [], ["plugin 'moody' threw in its constructor: not today"]),
                ("", ["--interceptor", "conuter"], ["there is no interceptor plugin 'conuter'", "did you mean 'counter'?"]),
                ("", ["--interceptor", "./none.so"], ["none.so"]),
                ("interceptors: [{use: counter}]\n", ["--interceptor", "audit"], ["it is named in one place"]),
                ("", ["--producer-property", "interceptor.classes=com.example.CounterInterceptor"],
                 ["'com.example.CounterInterceptor' is a Java class", "counter"]),
                ("", ["--producer-property", "partitioner.class=com.example.MyPartitioner"], ["'com.example.MyPartitioner' is a Java class", "round_robin"])):
            with self.subTest(text + " ".join(map(str, arguments))):
                done = self.produce(["x"], *self.config(text), *arguments)
                self.assertEqual((done.returncode, done.stdout.replace("Warning: --producer-property is deprecated and will be removed in a future version. "
                                                                       "Use --command-property instead.\n", "")), (1, ""))
                for words in said:
                    self.assertIn(words, done.stderr)
                if not arguments and "making" not in text:
                    checked = run("config", "validate-client", config)
                    self.assertEqual(checked.returncode, 1)
                    self.assertIn(said[0], checked.stdout)
        self.assertEqual(self.produce(["end"]).returncode, 0)
        self.assertEqual(self.values(1), ["end"])


class Consume(Clients):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.produce(["good", "bad", "better"]).returncode, 0)

    def test_two_in_a_chain_see_the_record_in_turn(self):
        done = self.consume(3, *self.config(f"{MOODY}interceptors:\n{moody(mark='1')}{moody(mark='2')}  - use: counter\n"))
        self.assertEqual((done.returncode, done.stdout), (0, "good12\nbad12\nbetter12\n"))
        self.assertIn("consumed 3, commits 0", done.stderr)

    def test_one_that_throws_is_named_and_stops_nothing(self):
        done = self.consume(3, *self.config(f"{MOODY}interceptors:\n{moody(mark='1')}{moody(fail='working', mark='lost')}{moody(mark='3')}"))
        self.assertEqual((done.returncode, done.stdout), (0, "good13\nbad13\nbetter13\n"))
        self.assertEqual(done.stderr.count("interceptor 'moody': plugin 'moody' threw in on_consume: tired"), 3)

    def test_one_that_is_too_slow_is_switched_off_and_named(self):
        self.assertEqual(self.produce(range(4)).returncode, 0)
        done = self.consume(7, *self.config(f"{MOODY}interceptors:\n{moody(fail='in_time', mark=' slowly')}"))
        self.assertEqual(done.stdout.splitlines(), ["good slowly", "bad slowly", "better slowly", "0 slowly", "1 slowly", "2", "3"])
        self.assertEqual(done.stderr.count("interceptor 'moody' is switched off"), 1)

    def test_what_one_refuses_ends_it_or_is_left_out(self):
        config = self.config(f"{MOODY}interceptors:\n{moody(fail='to_accept')}")
        done = self.consume(3, *config)
        self.assertEqual((done.returncode, done.stdout), (1, "good\n"))
        self.assertIn("interceptor 'moody' refused the record: it is bad", done.stderr)
        done = self.consume(2, "--skip-message-on-error", *config)
        self.assertEqual((done.returncode, done.stdout), (0, "good\nbetter\n"))
        self.assertIn("refused the record: it is bad; left out", done.stderr)

    def test_commits_of_a_member_are_heard(self):
        audit = self.folder / "audit.jsonl"
        config = self.config(f"interceptors: [{{use: audit, config: {{path: {audit}}}}}, {{use: counter}}]\n")
        done = self.consume(3, "--group", self.topic, *config)
        self.assertEqual((done.returncode, done.stdout), (0, "good\nbad\nbetter\n"))
        self.assertIn("consumed 3, commits 1", done.stderr)
        events = [json.loads(line) for line in audit.read_text().splitlines()]
        self.assertEqual([(event["event"], event.get("offset")) for event in events],
                         [("consume", 0), ("consume", 1), ("consume", 2), ("commit", 3), ("summary", None)])

    def test_a_signal_is_an_end_too(self):
        command = [str(PROGRAM), "consume", "--bootstrap-server", self.broker.address, "--topic", self.topic, "--from-beginning", "--interceptor", "counter"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as consumer:
            for value in ("good", "bad", "better"):
                self.assertEqual(consumer.stdout.readline(), f"{value}\n")
            consumer.send_signal(signal.SIGINT)
            self.assertIn("consumed 3, commits 0", consumer.communicate(timeout=30)[1])
            self.assertEqual(consumer.returncode, 128 + signal.SIGINT)

    def test_kafkas_property_names_a_chain(self):
        done = self.consume(3, "--consumer-property", "interceptor.classes=counter")
        self.assertIn("consumed 3, commits 0", done.stderr)

    def test_mistakes_are_named_before_anything_is_read(self):
        for arguments, said in ((["--interceptor", "conuter"], "did you mean 'counter'?"),
                                (self.config("interceptors: [{use: audit, config: {pth: x}}]\n"), "client.yaml:1:38: error: "),
                                (["--consumer-property", "interceptor.classes=a.B"], "'a.B' is a Java class")):
            with self.subTest(arguments):
                done = self.consume(1, *arguments)
                self.assertEqual((done.returncode, "good" in done.stdout), (1, False))
                self.assertIn(said, done.stderr)

    def test_what_a_consumer_does_not_call_is_said(self):
        self.assertIn("interceptor 'timestamp_prefix' has nothing that a consumer calls", self.consume(1, "--interceptor", "timestamp_prefix").stderr)


class Page(Clients):
    def test_the_client_file_of_the_sdk_page_works(self):
        page = (SOURCE / "sdk/README.md").read_text()
        (client_file,) = (block for block in re.findall(r"```yaml\n(.*?)```", page, re.S) if "counter" in block)
        (self.folder / "build").mkdir()
        config = self.config(client_file.replace("[build]", f"[{self.folder}/build]"))
        self.assertEqual(run("config", "validate-client", config[1], check=True).stdout, f"{config[1]}: right\n")
        self.assertIn("success 1, failure 0", self.produce(["tea"], *config).stderr)
        done = self.consume(1, *config)
        self.assertRegex(done.stdout, r"^\d{13}_tea\n$")
        self.assertIn("consumed 1, commits 0", done.stderr)


class Place(Clients):
    """Which partitioner a producer uses."""

    def setUp(self):
        super().setUp()
        self.topic += "-12"
        run("topics", "--bootstrap-server", self.broker.address, "--create", "--topic", self.topic, "--partitions", 12, check=True)

    def partitions(self, count):
        done = self.consume(count, "--formatter-property", "print.partition=true", "--formatter-property", "print.value=false")
        return sorted(int(re.search(r"\d+", line)[0]) for line in done.stdout.splitlines())

    def test_keys_go_where_kafkas_clients_send_them_and_others_stay_together(self):
        self.assertEqual(self.produce(["foobar:x"], "--reader-property", "parse.key=true", "--reader-property", "key.separator=:").returncode, 0)
        self.assertEqual(self.partitions(1), [int(run("partitioner", "explain", "--key", "foobar", check=True).stdout.split("default")[1].split()[0])])
        self.assertEqual(self.produce(range(5)).returncode, 0)
        self.assertLessEqual(len(set(self.partitions(6))), 2)

    def test_a_file_or_kafkas_property_names_another(self):
        for arguments in (self.config("partitioner: {use: round_robin}\n"), ["--producer-property", "partitioner.class=round_robin"],
                          ["--producer-property", "partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner"]):
            self.assertEqual(self.produce(range(12), *arguments).returncode, 0)
        self.assertEqual(self.partitions(36), [p for p in range(12) for _ in range(3)])

    def test_a_flag_comes_first(self):
        config = self.config("partitioner: {use: round_robin}\n")
        done = self.produce(range(12), *config, "--partitioner", "by_value_month", "--partitioner-property", "otherwise=5")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.partitions(12), [5] * 12)


if __name__ == "__main__":
    unittest.main()
