#!/usr/bin/env python3
"""Deployments as an operator meets them: each shipped file boots, data outlives restarts and kills, mistakes are refused and change nothing."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from harness.batch import batch, record
from harness.broker import PROGRAM, SOURCE, Broker, run
from harness.wire import FETCH, Connection, array, create_topic, fetch, frame, header, i8, i32, i64, produce, string

YAML = """node: {{id: 1}}
listeners: [{{name: PLAINTEXT, address: 127.0.0.1:9092}}]
storage: {{use: memory}}
metadata: {{use: memory}}
{more}
"""


def values(broker, topic="t", offset=0):
    """The octets of all batches of partition 0."""
    with Connection(broker) as connection:
        error, partitions = fetch(connection, topic, offset)
        assert (error, partitions[0][0]) == (0, 0), (error, partitions)
        return partitions[0][2] or b""


class Deployments(unittest.TestCase):
    def test_every_shipped_deployment_boots_and_serves(self):
        for conf in sorted((SOURCE / "conf").glob("*.yaml")):
            if conf.stem.startswith("offsets-") or conf.stem == "zookeeper":
                continue  # these want a server beside them: offset_stores_scenario.py, zookeeper_scenario.py
            with self.subTest(conf.name), Broker(conf.stem) as broker, Connection(broker) as connection:
                self.assertEqual(create_topic(connection, "t")[0], 0)
                self.assertEqual(produce(connection, "t", batch()), (0, 0))

    def test_records_and_topics_outlive_a_clean_stop_and_a_kill(self):
        for how in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(how=how.name), tempfile.TemporaryDirectory() as folder:
                broker = Broker("single", folder=folder).start()
                with Connection(broker) as connection:
                    create_topic(connection, "t")
                    for n in range(10):
                        self.assertEqual(produce(connection, "t", batch([record(value=b"v%d" % n)])), (0, n))
                before = values(broker)
                broker.stop(how)
                broker.start()
                self.assertEqual(values(broker), before)
                with Connection(broker) as connection:
                    self.assertEqual(produce(connection, "t", batch()), (0, 10))
                self.assertEqual(broker.stop(), 0)

    def test_idempotence_outlives_a_kill(self):
        # Of now: a producer that wrote long ago is forgotten when a log is opened.
        def numbered(sequence):
            return batch(producer_id=77, producer_epoch=0, sequence=sequence, now_ms=int(time.time() * 1000))

        with tempfile.TemporaryDirectory() as folder:
            broker = Broker("single", folder=folder).start()
            with Connection(broker) as connection:
                create_topic(connection, "t")
                for sequence in range(3):
                    self.assertEqual(produce(connection, "t", numbered(sequence)), (0, sequence))
            broker.stop(signal.SIGKILL)
            broker.start()
            with Connection(broker) as connection:
                self.assertEqual(produce(connection, "t", numbered(2)), (0, 2), "a repeat gets its first offset again")
                self.assertEqual(produce(connection, "t", numbered(9))[0], 45)
                self.assertEqual(produce(connection, "t", numbered(3)), (0, 3))
            broker.stop()

    def test_flush_ack_serves_too(self):
        with Broker("single", ["/storage/config/flush=ack"]) as broker, Connection(broker) as connection:
            create_topic(connection, "t")
            for n in range(20):
                self.assertEqual(produce(connection, "t", batch(), acks=(-1, 1)[n % 2]), (0, n))

    def test_several_log_dirs_share_the_partitions(self):
        with tempfile.TemporaryDirectory() as folder:
            broker = Broker("single", folder=folder)
            broker.overrides.append(f"log.dirs={folder}/a,{folder}/b")
            command = broker.command()
            broker.command = lambda: command[:-2]  # without the harness's own log.dirs
            broker.start()
            with Connection(broker) as connection:
                create_topic(connection, "t", partitions=24)
                for partition in range(24):
                    self.assertEqual(produce(connection, "t", batch(), partition)[0], 0)
            broker.stop()
            counts = [len(list(pathlib.Path(folder, d).glob("t-*"))) for d in "ab"]
            self.assertEqual(sum(counts), 24)
            self.assertGreater(min(counts), 0)

    def test_idle_partitions_hold_nothing_open_and_come_back(self):
        with tempfile.TemporaryDirectory() as folder:
            broker = Broker("single", folder=folder).start()
            with Connection(broker) as connection:
                create_topic(connection, "warm")
                before = len(os.listdir(f"/proc/{broker.process.pid}/fd"))
                for name in "abc":
                    self.assertEqual(create_topic(connection, name, partitions=5000)[0], 0)
                self.assertEqual(len(os.listdir(f"/proc/{broker.process.pid}/fd")), before)
                self.assertEqual(produce(connection, "b", batch(), 4999), (0, 0))
            # More partitions than one proposal of the controller changes: it leaves and comes back all the same.
            self.assertEqual(broker.stop(), 0)
            broker.start()
            with Connection(broker) as connection:
                self.assertEqual(produce(connection, "b", batch(), 4999), (0, 1))
                self.assertEqual(produce(connection, "c", batch(), 4999), (0, 0))
            broker.stop()

    def test_a_second_broker_on_the_same_directory_is_refused(self):
        with Broker("single") as first:
            second = Broker("single", folder=first.folder)
            done = subprocess.run(second.command(), capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 1)
            self.assertIn("another process runs on", done.stderr)
            with Connection(first) as connection:
                self.assertEqual(create_topic(connection, "t")[0], 0)

    def test_a_port_in_use_is_said_so(self):
        with Broker("memory") as first:
            second = Broker("memory")
            second.port = first.port
            done = subprocess.run(second.command(), capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 1)
            self.assertIn(str(first.port), done.stderr)

    def test_another_node_id_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            broker = Broker("single", folder=folder)
            broker.start()
            broker.stop()
            broker.overrides.append("/node/id=2")
            done = subprocess.run(broker.command(), capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 1)
            self.assertIn("node", done.stderr)

    def refuses(self, text, *expected):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "broken.yaml")
            path.write_text(text)
            done = run("server", "start", path, cwd=folder)
            self.assertEqual(done.returncode, 1, done.stderr)
            for words in expected:
                self.assertIn(words, done.stderr)
            self.assertEqual([p.name for p in pathlib.Path(folder).iterdir()], ["broken.yaml"], "a refused start changes nothing")

    def test_broken_files_are_refused_with_place_and_remedy(self):
        self.refuses(YAML.format(more="storge: {use: memory}"), "broken.yaml:5:1", "did you mean 'storage'?")
        self.refuses(YAML.format(more="interceptors: [{use: audti}]"), "broken.yaml:5:", "audit")
        self.refuses(YAML.format(more="kafka: {num.partitons: 3}"), "broken.yaml:5:", "num.partitions")
        self.refuses("node: {id: 1}\nnode: {id: 2}\n", "broken.yaml:2:1")

    def test_a_slot_that_is_missing_has_a_place_too(self):
        self.refuses("node: {id: 1}\nlisteners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]\n", "broken.yaml:1:1: error: storage 'segment' needs")

    def test_what_is_no_deployment_file_is_refused_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            for what, words in ((folder, "is a directory"), ("/dev/zero", "this is another file"), (f"{folder}/none.yaml", "cannot be read")):
                done = run("server", "start", what, cwd=folder, timeout=20)
                self.assertEqual(done.returncode, 1)
                self.assertIn(words, done.stderr)
        self.refuses(YAML.format(more="kafka: {log.dirs: '${file:/dev/zero}'}"), "broken.yaml:5:", "/dev/zero")

    def test_closed_streams_do_not_become_files_of_the_broker(self):
        broker = Broker("single")
        command = broker.command()
        broker.command = lambda: ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command]
        with broker:
            for descriptor in "012":
                self.assertEqual(os.readlink(f"/proc/{broker.process.pid}/fd/{descriptor}"), "/dev/null")

    def test_output_that_cannot_be_written_is_a_failure(self):
        for command in (["config", "schema"], ["plugins", "list"], ["topics", "--help"], ["storage", "random-uuid"]):
            with open("/dev/full", "w") as full:
                done = subprocess.run([str(PROGRAM), *command], stdout=full, stderr=subprocess.PIPE, text=True, timeout=30)
            self.assertEqual(done.returncode, 1, command)
            self.assertIn("cannot write to standard output: No space left on device", done.stderr)

    def test_the_console_tools_take_what_kafkas_take(self):
        with Broker("memory") as broker:
            def tool(name, *words, input=None, code=0):
                done = run(name, "--bootstrap-server", broker.address, *words, input=input, timeout=30)
                self.assertEqual(done.returncode, code, done)
                return done.stdout + done.stderr

            produce_t = ("produce", "--topic", "t", "--timeout", "10", "--max-memory-bytes", "1000000", "--producer-property", "acks=1")
            self.assertIn("deprecated", tool(*produce_t, "--property", "parse.key=TRUE", "--property", "key.separator=:",
                                             input="k:v\r\nk:\n"))
            self.assertIn("configuration acks", tool("produce", "--topic", "t", "--request-required-acks", "foo", input="x\n", code=1))
            self.assertIn("PLAINTEXT only", tool("produce", "--topic", "t", "--command-property", "security.protocol=SASL_SSL", code=1))

            def consume(*words, **more):
                return tool("consume", *words, "--timeout-ms", "300", **more)

            printed = consume("--include", "t|u", "--from-beginning", "--formatter", "kafka.tools.DefaultMessageFormatter",
                              "--formatter-property", "print.key=True", "--consumer-property", "client.id=c")
            self.assertIn("k\tv\nk\t\n", printed)
            self.assertEqual(consume("--topic", "t", "--from-beginning", "--formatter-property", "print.value=false"),
                             "Processed a total of 2 messages\n")
            self.assertIn("another size", consume("--topic", "t", "--from-beginning", "--value-deserializer", "LongDeserializer", code=1))
            self.assertIn("total of 0", consume("--topic", "t", "--from-beginning", "--value-deserializer", "LongDeserializer",
                                                "--skip-message-on-error"))
            self.assertIn("going on from 2", consume("--topic", "t", "--partition", "0", "--offset", "77"))
            self.assertIn("isolation.level", consume("--topic", "t", "--isolation-level", "foo", code=1))
            self.assertIn("total of 0", consume("--topic", "made-by-the-question", "--from-beginning"))

            self.assertIn("between 1 and 32767", tool("topics", "--create", "--topic", "u", "--replication-factor", "65537", code=1))
            self.assertIn("can't be used", tool("topics", "--list", "--partitions", "3", code=1))
            self.assertIn("cannot be read", tool("topics", "--list", "--command-config", "/nonexistent", code=1))
            self.assertEqual(tool("configs", "--describe", "--topic", "t"), "Dynamic configs for topic t are:\n")
            self.assertEqual(tool("configs", "--describe", "--topic", "none"), "The topic 'none' doesn't exist and doesn't have dynamic config.\n")
            self.assertIn("Default configs for brokers", tool("configs", "--describe", "--entity-type", "brokers"))
            self.assertRegex(run("topics", "--version", check=True).stdout, r"^barnabas [\d.]+\n$")

    def test_a_reader_that_goes_away_ends_the_consumer(self):
        with Broker("memory") as broker:
            run("produce", "--bootstrap-server", broker.address, "--topic", "t", input="v\n", check=True)
            with open("/dev/full", "w") as full:
                done = subprocess.run([str(PROGRAM), "consume", "--bootstrap-server", broker.address, "--topic", "t", "--from-beginning"],
                                      stdout=full, stderr=subprocess.PIPE, text=True, timeout=30)
            self.assertEqual(done.returncode, 1)
            self.assertIn("Unable to write to standard out", done.stderr)

    def audited(self, folder, *before, overrides=()):
        """A broker with these interceptors and the audit behind them, and the file that the audit writes."""
        path = pathlib.Path(folder, "chain.yaml")
        audit = pathlib.Path(folder, "audit.jsonl")
        path.write_text(YAML.format(more="interceptors: [%s]" % ", ".join([*before, f"{{use: audit, config: {{path: {audit}}}}}"])))
        broker = Broker(str(path), overrides, folder=folder)
        broker.command = lambda: [c for c in Broker.command(broker) if not c.startswith("log.dirs=")][:-1]
        return broker, audit

    def test_the_audit_names_who_waited_for_a_fetch(self):
        with tempfile.TemporaryDirectory() as folder:
            broker, audit = self.audited(folder, overrides=["/node/loops=1"])
            with broker, Connection(broker) as waiting, Connection(broker) as other:
                create_topic(other, "t")
                partition = i32(0) + i64(0) + i64(-1) + i32(1 << 20)
                body = i32(-1) + i32(20_000) + i32(1) + i32(1 << 20) + i8(0) + i32(0) + i32(-1) + array([string("t") + array([partition])]) + array([])
                padding = b"\0" * (2 << 20)  # frames of their own memory, which goes with the request
                for name, behind in (("patient", b""), ("patient-and-large", padding)):
                    waiting.send(frame(header(FETCH, 7, client=name) + body + behind))
                    self.assertEqual(produce(other, "t", batch([record(value=b"x" * 1000)]))[0], 0)
                    self.assertIsNotNone(waiting.receive())
                    body = body.replace(i32(0) + i64(0), i32(0) + i64(1))
            fetched = [json.loads(line) for line in audit.read_text().splitlines()]
            self.assertEqual([one["client"] for one in fetched if "fetch" in one["event"]], ["patient", "patient-and-large"])

    def test_interceptors_change_what_is_stored(self):
        with tempfile.TemporaryDirectory() as folder:
            broker, audit = self.audited(folder, "{use: timestamp_prefix}")
            broker.start()
            with Connection(broker) as connection:
                create_topic(connection, "t")
                self.assertEqual(produce(connection, "t", batch([record(value=b"tea"), record(1, value=b"milk")])), (0, 0))
                self.assertRegex(values(broker), rb"\d{13}[^\d]tea.*\d{13}[^\d]milk")
            self.assertEqual(broker.stop(), 0)
            self.assertIn('"t"', audit.read_text())

    def test_topics_of_the_deployment_are_made(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "topics.yaml")
            path.write_text(YAML.format(more="topics: {orders: {partitions: 3}}"))
            broker = Broker(str(path), folder=folder)
            broker.command = lambda: [c for c in Broker.command(broker) if not c.startswith("log.dirs=")][:-1]
            with broker, Connection(broker) as connection:
                self.assertEqual(produce(connection, "orders", batch(), partition=2), (0, 0))


if __name__ == "__main__":
    unittest.main()
