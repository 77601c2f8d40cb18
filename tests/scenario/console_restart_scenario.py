#!/usr/bin/env python3
"""What barnabas produce and barnabas consume, without a group, do while their broker is away: they wait, say why, and go on."""
import signal
import subprocess
import unittest

from consume_groups_scenario import Reader
from harness.broker import PROGRAM, Broker, run


class Restart(unittest.TestCase):
    def setUp(self):
        self.broker = self.enterContext(Broker())
        run("topics", "--bootstrap-server", self.broker.address, "--create", "--topic", "t", "--partitions", "1", check=True)

    def command(self, name, *words, topic="t"):
        return [PROGRAM, name, "--bootstrap-server", self.broker.address, "--topic", topic, *words]

    def consumer(self, *words, topic="t"):
        reader = Reader(*self.command("consume", *words, topic=topic))
        self.addCleanup(lambda: reader.process.poll() is None and reader.end(signal.SIGKILL))
        return reader

    def producer(self):
        process = subprocess.Popen(self.command("produce"), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.__exit__, None, None, None)
        self.addCleanup(process.kill)
        return process

    def write(self, producer, line):
        producer.stdin.write(line + "\n")
        producer.stdin.flush()

    def test_both_go_on_when_it_is_back(self):
        producer, reader = self.producer(), self.consumer("--from-beginning")
        self.write(producer, "before")
        reader.wait(lambda values: values == ["before"])
        self.broker.stop(signal.SIGKILL)
        self.write(producer, "meanwhile")
        for waiting in (producer, reader.process):
            self.assertRegex(waiting.stderr.readline(), rf"^cannot connect to {self.broker.address}: Connection refused; trying again$")
        self.broker.start()
        reader.wait(lambda values: values == ["before", "meanwhile"])
        self.write(producer, "after")
        reader.wait(lambda values: values == ["before", "meanwhile", "after"])
        self.assertEqual(producer.communicate(timeout=30)[1], "")
        self.assertEqual(producer.returncode, 0)

    def test_a_consumer_with_a_timeout_ends_by_it(self):
        reader = self.consumer("--from-beginning", "--timeout-ms", "4000")
        producer = self.producer()
        self.write(producer, "before")
        reader.wait(lambda values: values == ["before"])
        self.broker.stop(signal.SIGKILL)
        code, said = reader.ended()
        self.assertEqual(code, 0, "something was printed")
        self.assertIn("Processed a total of 1 messages", said)
        self.assertIn("trying again", said)

    def test_one_that_waits_for_a_topic_waits_for_the_broker_too(self):
        self.broker.stop()
        self.broker.overrides.append("auto.create.topics.enable=false")
        self.broker.start()
        readers = [self.consumer("--from-beginning", *words, topic="later") for words in ((), ("--group", "g"))]
        for reader in readers:
            self.says(reader, "waiting for topic 'later'")
        self.broker.stop(signal.SIGKILL)
        for reader in readers:
            self.says(reader, "Connection refused; trying again")
        self.broker.start()
        run("topics", "--bootstrap-server", self.broker.address, "--create", "--topic", "later", check=True)
        run("produce", "--bootstrap-server", self.broker.address, "--topic", "later", input="at last\n", check=True)
        for reader in readers:
            reader.wait(lambda values: values == ["at last"])

    def says(self, reader, words):
        self.assertTrue(any(words in line for line in reader.process.stderr), f"it ended without a word of '{words}'")

    def test_one_that_begins_without_a_broker_says_so_at_once(self):
        self.broker.stop()
        for words in (self.command("produce"), self.command("consume")):
            done = subprocess.run(words, input="x\n", capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 1)
            self.assertIn("Connection refused", done.stderr)


if __name__ == "__main__":
    unittest.main()
