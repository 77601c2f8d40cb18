#!/usr/bin/env python3
"""barnabas produce and barnabas consume: every line that was taken is stored, and no record is counted as read that was not printed."""
import subprocess
import unittest

from consume_groups_scenario import Cluster, write
from harness.broker import PROGRAM, Broker, run
from harness.groups import commit, committed, ready
from harness.wire import create_topic


class Console(Cluster):
    CONF = "memory"

    def setUp(self):
        self.broker = Broker(self.CONF, ["group.initial.rebalance.delay.ms=0"]).start()
        self.addCleanup(self.broker.__exit__)
        self.connect()

    def topic(self, partitions=1, name="t", **configs):
        self.assertEqual(create_topic(self.connection, name, partitions, [(key.replace("_", "."), value) for key, value in configs.items()])[0], 0)

    def produce(self, lines, *words):
        return run("produce", "--bootstrap-server", self.broker.address, "--topic", "t", *words, input="".join(line + "\n" for line in lines))

    def consume(self, *words, topic=("--topic", "t"), timeout_ms=1500):
        return run("consume", "--bootstrap-server", self.broker.address, *topic, "--timeout-ms", timeout_ms, *words)

    def stored(self):
        done = self.consume("--from-beginning")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()


class Produced(Console):
    def test_without_acknowledgements_lines_are_stored_too(self):
        self.topic()
        done = self.produce(["one", "two"], "--request-required-acks", "0")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        reader = self.run_reader(PROGRAM, "consume", "--bootstrap-server", self.broker.address, "--topic", "t", "--from-beginning")
        reader.wait(lambda values: values == ["one", "two"])

    def test_a_batch_that_is_too_large_goes_in_parts(self):
        self.topic(max_message_bytes="1000")
        lines = [f"line {i}" for i in range(3000)]
        for words in ((), ("--command-property", "enable.idempotence=false"), ("--compression-codec", "gzip")):
            done = self.produce(lines, *words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.stored(), lines * 3, "each once, in order")

    def test_a_line_that_is_too_large_takes_no_other_with_it(self):
        self.topic(max_message_bytes="1000")
        done = self.produce(["before", "x" * 2000, "after"])
        self.assertEqual(done.returncode, 1)
        self.assertIn("the records for t-0 were refused", done.stderr)
        self.assertEqual(self.stored(), ["before", "after"])

    def test_a_partition_that_refuses_takes_no_other_with_it(self):
        self.topic(3, max_message_bytes="1000")
        done = self.produce(["one", "x" * 2000, "three"], "--partitioner", "round_robin")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(sorted(self.stored()), ["one", "three"])
        # What was collected before one is refused that comes next to it.
        done = self.produce(["four", "x" * 2000, "six", "y" * 2000, "z" * 20000], "--partitioner", "round_robin", "--batch-size", "16000")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(sorted(self.stored()), ["four", "one", "six", "three"])

    def test_partitions_that_are_added_are_used_and_read(self):
        self.topic()
        reader = self.run_reader(PROGRAM, "consume", "--bootstrap-server", self.broker.address, "--topic", "t", "--from-beginning", "--command-property",
                                 "metadata.max.age.ms=100", "--formatter-property", "print.partition=true")
        producer = subprocess.Popen([PROGRAM, "produce", "--bootstrap-server", self.broker.address, "--topic", "t", "--partitioner", "round_robin",
                                     "--metadata-expiry-ms", "0"], stdin=subprocess.PIPE, text=True)
        self.addCleanup(producer.__exit__, None, None, None)
        self.addCleanup(producer.kill)

        def say(line):
            producer.stdin.write(line + "\n")
            producer.stdin.flush()
        say("first")
        reader.wait(lambda values: values == ["Partition:0\tfirst"])
        run("topics", "--bootstrap-server", self.broker.address, "--alter", "--topic", "t", "--partitions", 3, check=True)
        for i in range(6):
            say(str(i))
        reader.wait(lambda values: len(values) == 7)
        self.assertEqual({value.split("\t")[0] for value in reader.values()}, {"Partition:0", "Partition:1", "Partition:2"})

    def test_retries_are_a_property_too(self):
        self.topic()
        words = ("--command-property", "retries=0")
        done = self.produce(["x"], *words, "--command-property", "enable.idempotence=true")
        self.assertEqual((done.returncode, done.stderr),
                         (1, "barnabas produce: Must set retries to non-zero when using the idempotent producer.\n"))
        self.assertEqual(self.produce(["x"], *words).returncode, 0, "by default it is left out")

    def test_a_topic_that_is_made_anew_is_read_from_its_beginning(self):
        self.topic()
        self.produce(["one", "two", "three"])
        reader = self.run_reader(PROGRAM, "consume", "--bootstrap-server", self.broker.address, "--topic", "t", "--from-beginning", "--command-property",
                                 "metadata.max.age.ms=0", "--command-property", "exclude.internal.topics=False")
        reader.wait(lambda values: values == ["one", "two", "three"])
        run("topics", "--bootstrap-server", self.broker.address, "--delete", "--topic", "t", check=True)
        self.topic()
        self.produce(["four"])
        reader.wait(lambda values: values == ["one", "two", "three", "four"])


class Consumed(Console):
    def test_what_did_not_arrive_is_not_committed(self):
        self.topic()
        ready(self.connection, "g")
        lines = [f"line {i}" for i in range(40_000)]  # more than a pipe holds
        self.assertEqual(self.produce(lines).returncode, 0)
        process = subprocess.Popen([PROGRAM, "consume", "--bootstrap-server", self.broker.address, "--topic", "t", "--group", "g", "--from-beginning"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "line 0\n")
        process.stdout.close()
        with process.stderr:
            self.assertIn("Unable to write to standard out", process.stderr.read())
        self.assertEqual(process.wait(30), 1)
        self.assertEqual(self.consume("--group", "g", "--from-beginning").stdout.splitlines(), lines)

    def test_without_a_policy_an_offset_that_is_not_there_is_the_end(self):
        self.topic()
        ready(self.connection, "g")
        write(self.connection, 0, "a")
        self.assertEqual(commit(self.connection, "g", {0: 7}), {0: 0})
        done = self.consume("--group", "g", "--command-property", "auto.offset.reset=none")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Offsets out of range with no configured reset policy for partitions: {t-0=7}", done.stderr)
        self.assertEqual(self.offsets()[0], 7)
        done = self.consume("--command-property", "auto.offset.reset=none")
        self.assertEqual(done.returncode, 1, "without a group there is no offset either")
        self.assertIn("Undefined offset with no reset policy for partitions: [t-0]", done.stderr)

    def test_a_policy_that_is_none_is_refused_and_a_duration_is_one(self):
        self.topic()
        self.produce(["now"])
        done = self.consume("--command-property", "auto.offset.reset=earlist")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Invalid value earlist for configuration auto.offset.reset", done.stderr)
        self.assertEqual(self.consume("--command-property", "auto.offset.reset=by_duration:PT1H").stdout, "now\n")
        self.assertEqual(self.consume("--command-property", "auto.offset.reset=by_duration:PT0S").stdout, "", "from the end on")

    def test_a_pattern_does_not_mean_internal_topics(self):
        self.topic()
        ready(self.connection, "g")
        write(self.connection, 0, "a")
        self.assertEqual(commit(self.connection, "g", {0: 1}), {0: 0})
        everything = ("--include", ".*")
        self.assertEqual(self.consume("--from-beginning", topic=everything).stdout, "a\n")
        self.assertEqual(self.consume("--from-beginning", "--group", "other", topic=everything).stdout, "a\n")
        done = self.consume("--from-beginning", "--formatter", "NoOpMessageFormatter", "--command-property", "exclude.internal.topics=false", topic=everything)
        self.assertNotIn("a total of 1 ", done.stderr)

    def test_a_question_for_a_topic_may_be_only_that(self):
        done = self.consume("--command-property", "allow.auto.create.topics=false", timeout_ms=200)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(run("topics", "--bootstrap-server", self.broker.address, "--list", check=True).stdout, "")

    def test_topics_by_commas(self):
        for name in ("a", "b", "c"):
            self.topic(name=name)
        done = run("topics", "--bootstrap-server", self.broker.address, "--delete", "--topic", "a, c")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertEqual(run("topics", "--bootstrap-server", self.broker.address, "--list", "--topic", "a,b,c").stdout, "b\n")


class Damaged(Console):
    CONF = "single"

    def test_what_comes_before_a_damaged_batch_is_printed_and_committed(self):
        self.topic()
        ready(self.connection, "g")
        for value in ("one", "two", "three"):
            write(self.connection, 0, value)
        segment = next((self.broker.data / "t-0").glob("*.log"))
        with segment.open("r+b") as file:
            file.seek(segment.read_bytes().index(b"three"))
            file.write(b"T")
        done = self.consume("--group", "g", "--from-beginning", timeout_ms=10_000)
        self.assertEqual((done.returncode, done.stdout), (1, "one\ntwo\n"))
        self.assertIn("t-0: the batch at offset 2 has a wrong checksum", done.stderr)
        self.assertEqual(committed(self.connection, "g")[1]["t", 0][0], 2)


if __name__ == "__main__":
    unittest.main()
