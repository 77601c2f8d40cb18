#!/usr/bin/env python3
"""Apache Kafka on a data directory of ours, and we on Apache Kafka's: KRaft, one node, clean stops; both releases."""
import os
import pathlib
import subprocess
import tempfile
import textwrap
import time
import unittest

from harness.batch import batch, record
from harness.broker import PROGRAM, SOURCE, Broker, free_port, run
from harness.wire import Connection, create_topic, fetch, produce

KAFKA = SOURCE / "tests/compat/kafka/kafka"
PYTHON = SOURCE / "build/compat/venv/bin/python3"
UNKNOWN_TOPIC_OR_PARTITION, LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER = 3, 5, 6
# Two producers, whose transactions overlap: each goes on after it aborted.
TRANSACTIONS = """
    import sys
    from confluent_kafka import Producer
    producers = [Producer({"bootstrap.servers": sys.argv[1], "transactional.id": name}) for name in "ab"]
    for producer in producers:
        producer.init_transactions(30)
    def send(producer, value):
        producer.produce("t", value, partition=0)
        producer.flush()
    for n in range(4):
        for producer, name in zip(producers, "ab"):
            producer.begin_transaction()
            send(producer, f"{name}{n}.0")
        for producer, name, aborts in zip(producers, "ab", (n % 2 == 0, n % 4 < 2)):
            send(producer, f"{name}{n}.1")
            producer.abort_transaction() if aborts else producer.commit_transaction()
    """


class Kafka:
    """A real Kafka on a folder; `with` starts and stops it."""

    def __init__(self, folder, release, cluster_id=None):
        self.folder, self.release = folder, release
        self.port = free_port()
        self.environment = {**os.environ, "PORT": str(self.port), **({"CLUSTER_ID": cluster_id} if cluster_id else {})}

    def call(self, *words, check=True):
        return subprocess.run([KAFKA, "-v", self.release, "-d", self.folder, *map(str, words)], env=self.environment, check=check, capture_output=True,
                              text=True, timeout=120)

    def __enter__(self):
        self.call("start", "kraft")
        return self

    def __exit__(self, *_):
        self.call("stop")


def settled(owner, ask):
    """The answer (error first) of a broker that knows its topics. Apache Kafka says "created", and listens after a start, before it has
    heard that it leads: it is asked again, as any client would. Ours promises to know, so its first answer counts."""
    deadline = time.monotonic() + 30
    while True:
        answer = ask()
        unsettled = answer[0] in (UNKNOWN_TOPIC_OR_PARTITION, LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER)
        if not isinstance(owner, Kafka) or not unsettled or time.monotonic() > deadline:
            return answer
        time.sleep(0.05)  # polls another process's state; there is nothing else to wait on


def stored_values(owner):
    with Connection(owner) as connection:
        def ask():
            error, partitions = fetch(connection, "t")
            return error or partitions[0][0], partitions[0][2]
        error, octets = settled(owner, ask)
        assert error == 0, error
        return octets


def send(owner, text):
    with Connection(owner) as connection:
        return settled(owner, lambda: produce(connection, "t", batch([record(value=text)])))


def continuing(folder):
    """Our broker, not started yet, on the folder and the server.properties of a Kafka."""
    broker = Broker("single", folder=folder)
    broker.command = lambda: [str(PROGRAM), "server", "start", str(broker.folder / "server.properties"), "--override", f"listeners=PLAINTEXT://{broker.address}",
                              "--override", f"advertised.listeners=PLAINTEXT://{broker.address}"]
    return broker


class Takeover(unittest.TestCase):
    def tour(self, release, first_is_ours):
        """Each side in turn on one folder, three times, every record of everybody there in the end."""
        with tempfile.TemporaryDirectory() as folder:
            properties = pathlib.Path(folder, "server.properties")
            expected, ours_next = [], first_is_ours
            for turn in range(4):
                text = b"turn %d" % turn
                if ours_next:
                    broker = continuing(folder) if properties.exists() else Broker("single", folder=folder)
                    broker.start()
                    owner, stop = broker, broker.stop
                else:
                    meta = pathlib.Path(folder, "data/meta.properties")
                    cluster = None
                    if meta.exists():
                        cluster = next(line.split("=", 1)[1] for line in meta.read_text().splitlines() if line.startswith("cluster.id="))
                    kafka = Kafka(folder, release, cluster)
                    kafka.__enter__()
                    owner, stop = kafka, lambda kafka=kafka: kafka.__exit__()
                try:
                    if turn == 0:
                        with Connection(owner) as connection:
                            self.assertEqual(create_topic(connection, "t")[0], 0)
                    self.assertEqual(send(owner, text), (0, turn), f"turn {turn}")
                    expected.append(text)
                    octets = stored_values(owner)
                    for one in expected:
                        self.assertIn(one, octets, f"turn {turn}")
                finally:
                    stop()
                ours_next = not ours_next

    def test_4_3_1_continues_what_we_began(self):
        self.tour("4.3.1", first_is_ours=True)

    def test_we_continue_what_4_3_1_began(self):
        self.tour("4.3.1", first_is_ours=False)

    def test_we_continue_what_3_9_2_began(self):
        self.tour("3.9.2", first_is_ours=False)

    @unittest.skipUnless(PYTHON.exists(), "the clients' environment is not installed")
    def test_what_4_3_1_aborted_stays_out_and_what_it_committed_stays_in(self):
        committed = ["a1.0", "a1.1", "b2.0", "b2.1", "a3.0", "b3.0", "a3.1", "b3.1"]
        with tempfile.TemporaryDirectory() as folder:
            with Kafka(folder, "4.3.1") as kafka:
                address = f"127.0.0.1:{kafka.port}"
                subprocess.run([PYTHON, "-c", textwrap.dedent(TRANSACTIONS), address], check=True, timeout=120)
                theirs = kafka.call("kafka-console-consumer.sh", "--bootstrap-server", address, "--topic", "t", "--from-beginning",
                                    "--isolation-level", "read_committed", "--max-messages", len(committed))
                self.assertEqual(theirs.stdout.split(), committed)
            broker = continuing(folder).start()
            try:
                def consumed(isolation):
                    return run("consume", "--bootstrap-server", broker.address, "--topic", "t", "--from-beginning", "--isolation-level", isolation,
                               "--timeout-ms", "2000").stdout.split()
                self.assertEqual(consumed("read_committed"), committed)
                self.assertEqual(len(consumed("read_uncommitted")), 16)
            finally:
                broker.stop()

    def test_dump_log_reads_our_files_without_a_complaint(self):
        with tempfile.TemporaryDirectory() as folder:
            broker = Broker("single", ["log.segment.bytes=1048576", "log.index.interval.bytes=100"], folder=folder).start()
            with Connection(broker) as connection:
                create_topic(connection, "t")
                for n in range(120):
                    produce(connection, "t", batch([record(value=b"x" * 20000)], producer_id=5, producer_epoch=0, sequence=n))
            broker.stop()
            partition = pathlib.Path(folder, "data/t-0")
            files = sorted(str(p) for p in partition.iterdir() if p.suffix in (".log", ".index", ".timeindex", ".snapshot"))
            self.assertGreater(len(files), 6, "several segments")
            kafka = Kafka(folder, "4.3.1")
            shown = kafka.call("kafka-dump-log.sh", "--deep-iteration", "--files", ",".join(files))
            for bad in ("Mismatch", "invalid", "isvalid: false", "Exception"):
                self.assertNotIn(bad, shown.stdout + shown.stderr)
            self.assertEqual(shown.stdout.count("isvalid: true"), 120)
            checked = kafka.call("kafka-dump-log.sh", "--index-sanity-check", "--files", ",".join(f for f in files if f.endswith("index")))
            self.assertNotIn("Mismatch", checked.stdout + checked.stderr)
            log = sorted(pathlib.Path(folder, "data/__cluster_metadata-0").glob("*.log"))
            metadata = kafka.call("kafka-dump-log.sh", "--cluster-metadata-decoder", "--files", ",".join(map(str, log)))
            self.assertIn("TOPIC_RECORD", metadata.stdout)
            self.assertNotIn("isvalid: false", metadata.stdout)


if __name__ == "__main__":
    unittest.main()
