#!/usr/bin/env python3
"""Plugins that misbehave, a broker for each group of faults: what is wrong is refused at the start with a sentence, or fails alone and by name
while the broker, the other topics and the other groups go on."""
import concurrent.futures
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from harness.batch import batch, record
from harness.broker import BUILD, Broker
from harness.consumer_groups import Talk
from harness.groups import commit, committed, ready
from harness.wire import Connection, create_topic, fetch, produce

PLUGINS = BUILD / "tests/plugins"
UNKNOWN_SERVER_ERROR, CORRUPT, REQUEST_TIMED_OUT, NOT_AVAILABLE, TOO_LARGE, STORAGE_ERROR, INVALID_RECORD = -1, 2, 7, 15, 10, 56, 87
WRITE_DEADLINE_S = 60  # of an offset store

CONF = """
node: {{id: 1}}
listeners: [{{name: PLAINTEXT, address: 127.0.0.1:9092}}]
storage: {{use: memory}}
metadata: {{use: memory}}
offsets: {{use: memory}}
plugins: {{paths: [{plugins}]}}
"""


class Faults(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="barnabas-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def conf(self, more="", plugins=PLUGINS / "faulty"):
        """A file named memory-…, so that the harness says no folder for data; a later key of `more` replaces one of CONF."""
        lines = CONF.format(plugins=plugins).strip().splitlines()
        said = {line.split(":")[0] for line in more.splitlines() if line and not line.startswith(" ")}
        path = self.folder / f"memory-{len(list(self.folder.iterdir()))}.yaml"
        path.write_text("\n".join([line for line in lines if line.split(":")[0] not in said] + [more]) + "\n")
        return path

    def broker(self, more=""):
        broker = Broker(str(self.conf(more)), folder=tempfile.mkdtemp(dir=self.folder)).start()
        self.addCleanup(broker.stop)
        return broker

    def connect(self, broker, timeout_s=20):
        connection = Connection(broker, timeout_s)
        self.addCleanup(connection.socket.close)
        return connection

    def refused(self, more, *said, plugins=PLUGINS / "faulty"):
        """`server start` ends at once, with these words."""
        broker = Broker(str(self.conf(more, plugins)), folder=tempfile.mkdtemp(dir=self.folder))
        done = subprocess.run(broker.command(), capture_output=True, text=True, timeout=30, cwd=broker.folder)
        self.assertEqual(done.returncode, 1, done.stderr)
        for words in said:
            self.assertIn(words, done.stderr)

    def wait_for(self, broker, said):
        deadline = time.monotonic() + 10
        while said not in broker.output():
            self.assertLess(time.monotonic(), deadline, f"it does not say '{said}':\n{broker.output()}")
            time.sleep(0.02)  # polls another process: there is nothing else to wait on

    def goes_on(self, broker, topic="other"):
        """Another client's topic is served."""
        with Connection(broker) as connection:
            create_topic(connection, topic)
            error, offset = produce(connection, topic, batch([record(value=b"fine")]))
            self.assertEqual(error, 0, f"another topic is not served\n{broker.output()}")
            self.assertIn(b"fine", fetch(connection, topic, offset=offset)[1][0][2] or b"")
        self.assertIsNone(broker.process.poll(), broker.output())


class AtTheStart(Faults):
    def test_files_that_are_no_plugins_are_named_and_passed_over(self):
        broker = Broker(str(self.conf(plugins=PLUGINS / "bad")), folder=self.folder).start()
        self.addCleanup(broker.stop)
        for name, said in (("wrong_revision", "speaks revision 7"), ("wrong_sdk", "was built with SDK 9"), ("wrong_stamp", "was built as"),
                           ("wrong_kind", "is of kind 'teleporter'"), ("no_manifest", "without a manifest"), ("not_json", "is not JSON")):
            with self.subTest(name):
                self.assertRegex(broker.output(), f"{name}.so.*{said}")
        self.goes_on(broker)

    def test_what_cannot_be_loaded_or_made_is_refused_by_name(self):
        bad = PLUGINS / "bad"
        for name, said in (("missing_symbol", "does not export the symbol barnabas_plugin"), ("broken_entry", "has a broken entry record"),
                           ("two_faced", "changed since it was listed"), ("unresolved", "cannot be loaded"),
                           ("null_object", "said that it made an object and handed out none"), ("aborts", "ends the process when it is loaded (signal 6")):
            with self.subTest(name):
                self.refused(f"interceptors: [{{use: {name}}}]", name, said, plugins=bad)
        self.refused("interceptors: [{use: ends_at_load}]", "ends the process when it is loaded (exit code 0)", plugins=bad)

    def test_constructors_that_throw_are_refused_by_name(self):
        for more, said in (("codecs: [{use: faulty_codec, config: {how: throws when made}}]", "plugin 'faulty_codec' threw in its constructor: a fault on purpose"),
                           ("codecs: [{use: faulty_codec, config: {how: throws a number when made}}]", "threw something that is not a std::exception in its constructor"),
                           ("codecs: [{use: faulty_codec, config: {how: is no codec of Kafka's}}]", "codec 'faulty_codec' says that it is codec 9"),
                           ("interceptors: [{use: faulty_interceptor, config: {how: throws when made}}]", "plugin 'faulty_interceptor' threw in its constructor"),
                           ("storage: {use: faulty_storage, config: {how: throws}}", "plugin 'faulty_storage' threw in start: a fault on purpose"),
                           ("storage: {use: faulty_storage, config: {how: throws a number}}", "threw something that is not a std::exception in start"),
                           ("metadata: {use: faulty_metadata, config: {how: throws}}", "plugin 'faulty_metadata' threw in identity"),
                           ("metadata: {use: faulty_metadata, config: {how: fails at the start}}", "a fault on purpose"),
                           ("offsets: {use: faulty_store, config: {how: throws at the start}}", "plugin 'faulty_store' threw in start: a fault on purpose"),
                           ("offsets: {use: faulty_store, config: {how: fails at the start}}", "offsets 'faulty_store': a fault on purpose")):
            with self.subTest(more):
                self.refused(more, said)


class Codecs(Faults):
    def test_a_codec_that_lies(self):
        for how, errors in (("throws", (UNKNOWN_SERVER_ERROR, INVALID_RECORD)), ("throws a number", (UNKNOWN_SERVER_ERROR, INVALID_RECORD)),
                            ("throws at the start", (UNKNOWN_SERVER_ERROR, INVALID_RECORD)), ("lies about the size", (UNKNOWN_SERVER_ERROR, INVALID_RECORD)),
                            ("lies grossly about the size", (UNKNOWN_SERVER_ERROR, INVALID_RECORD)), ("never ends", (TOO_LARGE, INVALID_RECORD)),
                            ("gives garbage", (INVALID_RECORD, CORRUPT, TOO_LARGE)), ("gives nothing", (INVALID_RECORD,)), ("leaks", (0,)), ("blocks", (0,)),
                            ("not at all", (0,))):
            with self.subTest(how):
                broker = self.broker(f"codecs: [{{use: faulty_codec, config: {{how: {how}}}}}]")
                connection = self.connect(broker)
                self.assertEqual(create_topic(connection, "faulty")[0], 0)
                answer = produce(connection, "faulty", batch([record(0), record(1)], attributes=1))
                self.assertIsNotNone(answer, "the connection was closed")
                self.assertIn(answer[0], errors)
                self.goes_on(broker)
                self.assertEqual(broker.stop(), 0)


class Interceptors(Faults):
    def test_an_interceptor_that_misbehaves_costs_its_own_changes(self):
        for how, error, said in (("throws", 0, "plugin 'faulty_interceptor' threw in on_append: a fault on purpose"),
                                 ("throws a number", 0, "not a std::exception in on_append"), ("fails and changes", 0, "a fault on purpose"),
                                 ("makes values of 4 MiB", TOO_LARGE, ""), ("adds ten thousand headers", 0, ""), ("rejects with a novel", INVALID_RECORD, ""),
                                 ("throws afterwards", 0, "threw in on_appended"), ("throws at the end", 0, ""), ("leaks", 0, "")):
            with self.subTest(how):
                broker = self.broker(f"interceptors: [{{use: faulty_interceptor, config: {{how: {how}}}}}]")
                connection = self.connect(broker)
                self.assertEqual(create_topic(connection, "faulty")[0], 0)
                self.assertEqual(produce(connection, "faulty", batch([record(value=b"as it was")]))[0], error)
                if error == 0:
                    self.assertIn(b"as it was", fetch(connection, "faulty")[1][0][2])
                self.goes_on(broker)
                self.assertEqual(broker.stop(), 0)
                self.assertIn(said, broker.output())

    def test_one_that_blocks_is_switched_off(self):
        broker = self.broker("interceptors: [{use: faulty_interceptor, config: {how: blocks}}]")
        connection = self.connect(broker, 60)
        self.assertEqual(create_topic(connection, "faulty")[0], 0)
        for _ in range(5):
            self.assertEqual(produce(connection, "faulty", batch())[0], 0)
        begun = time.monotonic()
        self.assertEqual(produce(connection, "faulty", batch())[0], 0)
        self.assertLess(time.monotonic() - begun, 2)
        self.assertIn("faulty_interceptor", broker.output())
        self.goes_on(broker)


class Assignors(Faults):
    def test_an_assignor_that_deals_wrongly_is_not_followed(self):
        broker = self.broker("kafka: {group.consumer.assignors: \"uniform,faulty_assignor\"}")
        connection = self.connect(broker)
        wrong = {"twice": "away twice", "unknown-member": "to member", "unknown-topic": "of topic 99", "unknown-partition": "but the topic has 2 partitions",
                 "negative": "but the topic has 2 partitions", "throws": "threw in assign: a fault on purpose", "throws-a-number": "not a std::exception in assign",
                 "fails-with-a-novel": "nnnn"}
        for topic in (*wrong, "none", "t"):
            self.assertEqual(create_topic(connection, topic, 2)[0], 0)
        talk = Talk(connection)
        ready(connection, "g")
        for topic, said in wrong.items():
            with self.subTest(topic):
                ready(connection, f"group-{topic}")
                answer = talk.beat(f"group-{topic}", "A" * 22, timeout_ms=30_000, topics=[topic], owned={}, assignor="faulty_assignor")
                self.assertFalse(answer["assignment"], "it was followed")
                self.wait_for(broker, said)
        # To give nobody anything is an assignor's right.
        ready(connection, "group-none")
        self.assertEqual(talk.beat("group-none", "A" * 22, timeout_ms=30_000, topics=["none"], owned={}, assignor="faulty_assignor")["assignment"] or {}, {})
        ready(connection, "right")
        self.assertEqual(talk.beat("right", "B" * 22, timeout_ms=30_000, topics=["t"], owned={})["assignment"], {"t": [0, 1]})
        self.goes_on(broker)


class Placements(Faults):
    def test_a_placement_that_is_wrong_refuses_its_topic(self):
        broker = self.broker("placement: {use: faulty_placement}")
        connection = self.connect(broker)
        for partitions in range(11, 18):
            with self.subTest(partitions):
                error, message = create_topic(connection, f"t{partitions}", partitions)
                self.assertEqual(error, UNKNOWN_SERVER_ERROR)
                self.assertIn("faulty_placement", message)
        self.goes_on(broker)


class OffsetStores(Faults):
    def test_a_store_that_ends_calls_wrongly_fails_alone(self):
        broker = self.broker("offsets: {use: faulty_store}")
        connection = self.connect(broker)
        self.assertEqual(create_topic(connection, "t")[0], 0)
        ready(connection, "fine")
        hanging = concurrent.futures.ThreadPoolExecutor(1).submit(commit, self.connect(broker, WRITE_DEADLINE_S + 30), "never", {0: 1})
        for group, error in (("fine", 0), ("throws", UNKNOWN_SERVER_ERROR), ("throws a number", UNKNOWN_SERVER_ERROR), ("throws-a-number", UNKNOWN_SERVER_ERROR),
                             ("twice", 0), ("within", 0), ("fails-and-ends", None), ("novel", UNKNOWN_SERVER_ERROR), ("no-such-code", UNKNOWN_SERVER_ERROR),
                             ("later", 0), ("leaks", 0)):
            with self.subTest(group):
                ready(connection, group)
                answer = commit(connection, group, {0: 7})
                if error is not None:
                    self.assertEqual(answer, {0: error})
                ready(connection, "fine")
                self.assertEqual(commit(connection, "fine", {0: 8}), {0: 0})
        self.assertIn("offsets 'faulty_store' in write ended twice", broker.output())
        self.goes_on(broker)
        self.assertIn(hanging.result(WRITE_DEADLINE_S + 30)[0], (REQUEST_TIMED_OUT, NOT_AVAILABLE))  # to be asked again
        self.assertIn(f"offsets 'faulty_store' in write does not end within {WRITE_DEADLINE_S} s", broker.output())
        ready(connection, "fine")
        self.assertEqual(commit(connection, "fine", {0: 9}), {0: 0})
        self.assertEqual(broker.stop(), 0)  # and one that ends a call again while it is being stopped

    def test_a_store_that_answers_for_others_is_not_believed(self):
        broker = self.broker("offsets: {use: faulty_store, config: {how: answers for others}}\nkafka: {offsets.topic.num.partitions: 5}")
        connection = self.connect(broker)
        self.assertEqual(create_topic(connection, "t")[0], 0)
        ready(connection, "other-3")
        self.assertEqual(commit(connection, "other-3", {0: 4}), {0: 0})
        self.assertIn("which is not its home; that is passed over", broker.output())
        self.goes_on(broker)

    def test_a_store_that_does_not_load_holds_up_its_groups_only(self):
        for how in ("never loads", "throws at take_over"):
            with self.subTest(how):
                broker = self.broker(f"offsets: {{use: faulty_store, config: {{how: {how}}}}}")
                connection = self.connect(broker)
                create_topic(connection, "t")
                self.assertNotEqual(commit(connection, "g", {0: 4}), {0: 0})
                self.goes_on(broker)
                self.assertEqual(broker.stop(), 0)

    def test_a_store_that_does_not_stop_is_left_behind(self):
        for how in ("never stops", "throws at the stop"):
            with self.subTest(how):
                broker = self.broker(f"offsets: {{use: faulty_store, config: {{how: {how}}}}}")
                ready(self.connect(broker), "g")
                self.assertEqual(broker.stop(timeout_s=60), 0)


class Storages(Faults):
    def test_a_second_signal_does_not_wait_for_a_device(self):
        broker = self.broker("storage: {use: faulty_storage}")
        create_topic(self.connect(broker), "close-hangs")
        broker.process.send_signal(signal.SIGTERM)
        self.wait_for(broker, "close hangs, a fault on purpose")
        self.assertEqual(broker.stop(signal.SIGTERM), -signal.SIGTERM)

    def test_a_partition_whose_storage_is_wrong_fails_alone(self):
        broker = self.broker("storage: {use: faulty_storage}")
        connection = self.connect(broker)
        self.goes_on(broker)
        failing = {"append-fails", "append-disk", "append-full"}
        unreadable = {"read-fails", "read-nothing", "lease-size", "lease-regions", "lease-beyond", "lease-short", "append-forgets"}
        for topic in (*failing, *unreadable, "append-rolled", "flush-fails", "find-lies", "start-fails", "open-throws", "open-fails", "open-nothing"):
            with self.subTest(topic):
                create_topic(connection, topic)
                answer = produce(connection, topic, batch([record(value=b"stored")]))
                self.assertIsNotNone(answer, "the connection was closed")
                if topic in failing or topic.startswith("open"):
                    self.assertNotEqual(answer[0], 0)
                if answer[0] == 0:
                    with Connection(broker, 5) as reader:
                        try:
                            got = fetch(reader, topic)
                        except (socket.timeout, AssertionError, TypeError):
                            got = None
                    if topic in unreadable:
                        self.assertNotIn(b"stored", b"" if got is None else got[1][0][2] or b"")
                self.goes_on(broker)
        self.assertEqual(broker.stop(), 0)


class Metadata(Faults):
    def test_a_proposal_that_fails_is_refused(self):
        broker = self.broker("metadata: {use: faulty_metadata}")
        connection = self.connect(broker)
        self.goes_on(broker)
        for topic in ("throws", "refuses"):
            self.assertNotEqual(create_topic(connection, topic)[0], 0)
        self.goes_on(broker, "another")

    def test_a_store_that_goes_back_or_tells_garbage_ends_the_broker_with_a_sentence(self):
        for topic, said in (("back", "the metadata store goes back"), ("garbage", "barnabas server: ")):
            with self.subTest(topic):
                broker = self.broker("metadata: {use: faulty_metadata}")
                connection = self.connect(broker)
                self.goes_on(broker)
                try:
                    create_topic(connection, topic)
                except (OSError, AttributeError):
                    pass
                self.assertEqual(broker.process.wait(30), 1)
                self.assertIn(said, broker.output())


if __name__ == "__main__":
    unittest.main()
