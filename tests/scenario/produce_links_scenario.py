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


if __name__ == "__main__":
    unittest.main()
