#!/usr/bin/env python3
"""barnabas produce behind a network that closes connections and loses answers: it waits, and each line is stored once."""
import signal
import subprocess
import sys
import unittest

from consume_groups_scenario import Reader
from harness.broker import PROGRAM, SOURCE, Broker, run

sys.path.insert(0, str(SOURCE / "tests"))
from services.proxy import CuttingProxy  # noqa: E402


class Links(unittest.TestCase):
    def setUp(self):
        broker = Broker()
        self.proxy = self.enterContext(CuttingProxy(broker.port))
        self.address = f"127.0.0.1:{self.proxy.port}"
        broker.overrides.append(f"advertised.listeners=PLAINTEXT://{self.address}")
        self.enterContext(broker)
        run("topics", "--bootstrap-server", self.address, "--create", "--topic", "t", "--partitions", "1", check=True)

    def command(self, name, *words):
        return [PROGRAM, name, "--bootstrap-server", self.address, "--topic", "t", *words]

    def producer(self, *words):
        process = subprocess.Popen(self.command("produce", *words), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.__exit__, None, None, None)
        self.addCleanup(process.kill)
        return process

    def reader(self):
        reader = Reader(*self.command("consume", "--from-beginning"))
        self.addCleanup(lambda: reader.process.poll() is None and reader.end(signal.SIGKILL))
        return reader

    def write(self, producer, line):
        producer.stdin.write(line + "\n")
        producer.stdin.flush()

    def ends(self, producer):
        said = producer.communicate(timeout=30)[1]
        self.assertEqual(producer.returncode, 0, said)

    def test_connections_that_are_closed_are_no_reason_to_give_up(self):
        producer, reader = self.producer(), self.reader()
        self.write(producer, "before")
        reader.wait(lambda values: values == ["before"])
        self.proxy.refuse()
        self.write(producer, "meanwhile")
        for waiting in (producer, reader.process):
            self.assertRegex(waiting.stderr.readline(), "; trying again$")
        self.proxy.release()
        reader.wait(lambda values: values == ["before", "meanwhile"])
        self.ends(producer)

    def test_a_line_whose_answer_is_lost_is_stored_once(self):
        producer, reader = self.producer(), self.reader()
        for line in ("one", "two", "three"):
            if line == "two":
                self.proxy.lose_answer_to(b"two")
            self.write(producer, line)
            reader.wait(lambda values, line=line: line in values)
        self.ends(producer)
        self.assertEqual(self.proxy.lost, 1)
        self.assertEqual(self.stored(), ["one", "two", "three"])

    def test_who_does_without_idempotence_has_it_twice(self):
        self.proxy.lose_answer_to(b"two")
        producer = self.producer("--command-property", "enable.idempotence=false")
        self.write(producer, "two")
        self.ends(producer)
        self.assertEqual(self.stored(), ["two", "two"])

    def test_settings_that_do_not_go_together_are_named(self):
        idempotent = ("--command-property", "enable.idempotence=true")
        for words, said in ((("--request-required-acks", "1"), "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee "
                             "idempotence."), (("--message-send-max-retries", "0"), "Must set retries to non-zero when using the idempotent producer.")):
            done = subprocess.run(self.command("produce", *words, *idempotent), input="x\n", capture_output=True, text=True, timeout=30)
            self.assertEqual((done.returncode, done.stderr), (1, f"barnabas produce: {said}\n"))
            done = subprocess.run(self.command("produce", *words), input="x\n", capture_output=True, text=True, timeout=30)
            self.assertEqual((done.returncode, done.stderr), (0, ""), "by default it is left out")

    def stored(self):
        done = subprocess.run(self.command("consume", "--from-beginning", "--timeout-ms", "1500"), capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()


if __name__ == "__main__":
    unittest.main()
