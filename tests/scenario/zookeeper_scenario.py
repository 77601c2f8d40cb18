#!/usr/bin/env python3
"""conf/zookeeper.yaml against a real ZooKeeper: real clients, restarts and crashes, an ensemble that is away, and what must be refused."""
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from harness.batch import batch
from harness.broker import BUILD, SOURCE, Broker, run
from harness.wire import Connection, create_topic, produce

sys.path.insert(0, str(SOURCE / "tests/services"))
from services import ZooKeeper, tcp_answer  # noqa: E402

NOT_CONTROLLER, REQUEST_TIMED_OUT, TOPIC_ALREADY_EXISTS = 41, 7, 36
WITHIN = 60


def kcat(broker, *words, input=None):
    return subprocess.run(["kcat", "-b", broker.address, *words], input=input, capture_output=True, text=True, timeout=60, check=True).stdout


class Metadata(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bs-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def broker(self, service, name="b", path=""):
        text = (SOURCE / "conf/zookeeper.yaml").read_text()
        self.assertEqual(text.count("2181"), 1)
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        conf = folder / "zookeeper.yaml"
        conf.write_text(text.replace("2181\"", f"{service.port}{path}\", session_timeout: 2000, connection_timeout: 5000"))
        return Broker(conf, folder=folder)

    def create(self, broker, name, partitions=1):
        """Asks until it is there, as a client does."""
        deadline = time.monotonic() + WITHIN
        while True:
            with Connection(broker) as connection:
                error = create_topic(connection, name, partitions)[0]
            if error in (0, TOPIC_ALREADY_EXISTS):
                return
            self.assertIn(error, (NOT_CONTROLLER, REQUEST_TIMED_OUT), broker.output())
            self.assertLess(time.monotonic(), deadline, broker.output())

    def produce(self, broker, topic, *values):
        kcat(broker, "-P", "-t", topic, "-X", "enable.idempotence=true", input="\n".join(values) + "\n")

    def consume(self, broker, topic):
        return sorted(kcat(broker, "-C", "-t", topic, "-e", "-q", "-o", "beginning").splitlines())

    def test_what_lies_in_a_directory_that_fails_at_the_start_is_not_begun_anew(self):
        with ZooKeeper(self.folder / "z") as service:
            broker = self.broker(service)
            one, two = self.folder / "one", self.folder / "two"
            of_one = broker.command
            broker.command = lambda: [word.replace(str(broker.data), f"{one},{two}") for word in of_one()]
            with broker:
                self.create(broker, "t", 4)
                with Connection(broker) as connection:
                    for partition in range(4):
                        self.assertEqual(produce(connection, "t", batch(), partition=partition), (0, 0))
            there = [int(folder.name[2:]) for folder in two.glob("t-*")]
            self.assertEqual(len(there), 2)
            # Of a socket nothing can be read, as of a device that fails.
            (one / "meta.properties").rename(self.folder / "meta.properties")
            with socket.socket(socket.AF_UNIX) as file:
                file.bind(str(one / "meta.properties"))
            with broker:
                self.create(broker, "new")
                with Connection(broker) as connection:
                    self.assertEqual(produce(connection, "new", batch()), (0, 0))
                    for partition in range(4):
                        error, offset = produce(connection, "t", batch(), partition=partition)
                        self.assertEqual((error, offset) if partition in there else error != 0, (0, 1) if partition in there else True, broker.output())
            (one / "meta.properties").unlink()
            (self.folder / "meta.properties").rename(one / "meta.properties")
            with broker, Connection(broker) as connection:
                for partition in range(4):
                    self.assertEqual(produce(connection, "t", batch(), partition=partition), (0, 1 + (partition in there)), broker.output())

    def test_clients_restarts_and_crashes(self):
        with ZooKeeper(self.folder / "z") as service:
            broker = self.broker(service)
            with broker:
                self.create(broker, "orders", 3)
                self.produce(broker, "orders", "one", "two", "three")
                self.assertEqual(self.consume(broker, "orders"), ["one", "three", "two"])
                self.assertIn('topic "orders" with 3 partitions', kcat(broker, "-L"))
            with broker:
                self.assertEqual(self.consume(broker, "orders"), ["one", "three", "two"], broker.output())
                self.produce(broker, "orders", "four")
                # The session of a process that has died is over after its timeout; its successor waits for that.
                broker.stop(signal.SIGKILL)
                broker.start()
                self.assertEqual(self.consume(broker, "orders"), ["four", "one", "three", "two"], broker.output())

    def test_the_ensemble_is_away_for_a_while(self):
        with ZooKeeper(self.folder / "z") as service:
            with self.broker(service) as broker:
                self.create(broker, "orders")
                self.produce(broker, "orders", "one")
                service.kill()
                self.produce(broker, "orders", "two")
                self.assertEqual(self.consume(broker, "orders"), ["one", "two"])
                with Connection(broker) as connection:
                    self.assertIn(create_topic(connection, "later", 1)[0], (NOT_CONTROLLER, REQUEST_TIMED_OUT))
                service.start()
                self.create(broker, "later")
                self.produce(broker, "later", "three")
                self.assertEqual(self.consume(broker, "later"), ["three"])
                # And longer than the session lives.
                service.pause()
                time.sleep(5)  # how long a session takes to end is a time of the server's own
                service.resume()
                self.create(broker, "last")
                self.produce(broker, "orders", "four")
                self.assertEqual(self.consume(broker, "orders"), ["four", "one", "two"], broker.output())

    def wait_until_registered(self, service, is_there):
        deadline = time.monotonic() + WITHIN
        while (b"/brokers/ids/1" in tcp_answer(service.port, b"dump")) != is_there:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)  # polls another process

    def test_a_broker_that_stood_still_for_longer_than_its_session(self):
        with ZooKeeper(self.folder / "z") as service, self.broker(service) as broker:
            self.create(broker, "orders", 20)
            self.produce(broker, "orders", "one")
            for turn in ("two", "three"):
                broker.process.send_signal(signal.SIGSTOP)
                self.wait_until_registered(service, False)
                broker.process.send_signal(signal.SIGCONT)
                self.create(broker, turn)
                self.produce(broker, "orders", turn)
                self.produce(broker, turn, turn)
                self.assertEqual(self.consume(broker, turn), [turn], broker.output())
                self.wait_until_registered(service, True)
            self.assertEqual(self.consume(broker, "orders"), ["one", "three", "two"], broker.output())

    def refusal(self, broker):
        result = run("server", "start", broker.conf, "--override", f"listeners=PLAINTEXT://{broker.address}", "--override", f"log.dirs={broker.data}",
                     cwd=broker.folder)
        self.assertNotEqual(result.returncode, 0)
        return result.stdout + result.stderr

    def test_what_does_not_belong_together_is_refused(self):
        with ZooKeeper(self.folder / "z") as service, ZooKeeper(self.folder / "other") as other:
            self.assertIn("/nowhere", self.refusal(self.broker(service, path="/nowhere")))
            with self.broker(service) as broker:
                self.create(broker, "orders")
                self.assertIn("broker id 1", self.refusal(self.broker(service, name="twin")))
            with self.broker(other, name="stranger"):
                pass
            self.assertIn("cluster", self.refusal(self.broker(other)))
            self.assertIn("has no port from 1 to 65535", self.refusal(self.broker(service, name="typo", path=";127.0.0.1:2181")))
            self.assertFalse((self.folder / "typo/data").exists())

    def test_the_properties_of_a_broker_of_kafkas_choose_the_ensemble(self):
        """As kafka-server-start.sh of 3.9 is given them."""
        with ZooKeeper(self.folder / "z") as service:
            broker = Broker("single", folder=self.folder)
            broker.conf = self.folder / "server.properties"
            broker.conf.write_text(f"broker.id=7\nlisteners=PLAINTEXT://127.0.0.1:{broker.port}\nlog.dirs={broker.data}\n"
                                   f"zookeeper.connect=127.0.0.1:{service.port}\nzookeeper.session.timeout.ms=4000\n")
            broker.command = lambda: [str(BUILD / "bin/kafka-server-start.sh"), str(broker.conf)]
            with broker:
                self.create(broker, "orders")
                self.produce(broker, "orders", "one")
                self.assertEqual(self.consume(broker, "orders"), ["one"])
                self.assertEqual(self.alive(service), [b"/brokers/ids/7", b"/controller"])
                sessions = re.findall(rb"timeout:(\d+)|,to=(\d+)", tcp_answer(service.port, b"cons"))
                self.assertIn(b"4000", [number for pair in sessions for number in pair])
            self.assertIn("version=0", (broker.data / "meta.properties").read_text().splitlines())

    def alive(self, service):
        """What lives as long as a session."""
        return sorted(re.findall(rb"^\t(/[a-z/]+\d*)$", tcp_answer(service.port, b"dump"), re.MULTILINE))

    def test_the_tree_is_shown_without_taking_part(self):
        with ZooKeeper(self.folder / "z") as service:
            servers = f"127.0.0.1:{service.port}"
            empty = run("metadata", "tree", "--zookeeper", servers)
            self.assertEqual((empty.returncode, empty.stdout), (1, ""))
            self.assertIn("has no cluster", empty.stderr)
            with self.broker(service) as broker:
                self.create(broker, "orders", 2)
                alive = self.alive(service)
                self.assertEqual(alive, [b"/brokers/ids/1", b"/controller"])
                tree = run("metadata", "tree", "--zookeeper", servers, check=True).stdout
                for text in ("byName:", "orders:", "replicas=[1]", "Optional[3.7-IV1]", "zookeeper, controller 1, epoch 1", "BrokerRegistration(id=1"):
                    self.assertIn(text, tree)
                # And by what runs there, in the words of one path.
                partition = run("metadata", "cat", "/image/topics/byName/orders/1", "--config", broker.conf, check=True).stdout
                self.assertIn("leader=1", partition)
                self.assertEqual(self.alive(service), alive)
                self.create(broker, "later")
                shell = run("metadata", "shell", "--config", broker.conf, input="cd image/topics/byName\nls\n", check=True).stdout
                self.assertEqual(shell.split(), ["__consumer_offsets", "later", "orders"] if "__consumer_offsets" in shell else ["later", "orders"])
            left = run("metadata", "cat", "/image/provenance", "-z", servers, check=True).stdout
            self.assertEqual(left.strip(), "zookeeper, no controller, epoch 1")
            both = run("metadata", "tree", "-z", servers, "-c", broker.conf)
            self.assertEqual(both.returncode, 1)
            self.assertIn("one of the arguments", both.stderr)
            typo = run("metadata", "tree", "-z", "127.0.0.1:2181/kafka/")
            self.assertEqual(typo.returncode, 1)
            self.assertIn("ends in '/'", typo.stderr)

    def test_the_tree_of_a_deployment_is_where_its_metadata_is(self):
        broker = Broker("single", folder=self.folder)
        with broker:
            self.create(broker, "orders", 2)
            conf = self.folder / "single.yaml"
            conf.write_text(broker.conf.read_text().replace("./data", str(broker.data)))
            self.assertIn("leader=1", run("metadata", "cat", "/image/topics/byName/orders/1", "-c", conf, check=True).stdout)
        memory = run("metadata", "tree", "-c", SOURCE / "conf/memory.yaml")
        self.assertEqual(memory.returncode, 1)
        self.assertIn("'memory' keeps nothing", memory.stderr)

    def test_an_ensemble_that_is_away_at_the_start_is_named(self):
        with ZooKeeper(self.folder / "z") as service:
            broker = self.broker(service)
            service.kill()
            output = self.refusal(broker)
            self.assertIn(f"ZooKeeper at 127.0.0.1:{service.port}", output)
            self.assertIn("no session within 5000 ms", output)
            self.assertFalse((broker.data / "meta.properties").exists())
            service.start()
            with broker:
                self.create(broker, "orders")


if __name__ == "__main__":
    unittest.main()
