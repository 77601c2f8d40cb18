"""Adapter of Kafka's own console tools: kafka-topics, kafka-console-producer, kafka-console-consumer.

A JVM per topic would take minutes, so ConsoleHost.java calls the tools' main methods one after another in one JVM, each with
its own arguments, standard input and output. The console producer cannot choose timestamps; it can say all else.
"""
from dataclasses import dataclass
from pathlib import Path

from .build import java
from .jobs import IDLE_SECONDS
from .program import ask
from .records import digest, record
from .rows import write_rows

NULL = b"~"  # stands for null in a field; no record holds it as text


@dataclass(frozen=True)
class Call:
    tool: str
    stdin: str
    stdout: str
    words: tuple

    def line(self, number):
        return "\t".join([str(number), self.tool, self.stdin, self.stdout, *map(str, self.words)])


class Console:
    def __init__(self, version):
        self.version = version
        new = not version.startswith("3.")
        self.producer_class = "org.apache.kafka.tools.ConsoleProducer" if new else "kafka.tools.ConsoleProducer"
        self.reader_property = "--reader-property" if new else "--property"
        self.formatter_property = "--formatter-property" if new else "--property"

    def produce(self, run, jobs):
        stdin = run.work / f"console-{self.version}.in"
        stdin.write_bytes(b"".join(line(record(i)) for i in range(run.records)))
        parts = {job: self._produce_calls(run, job, stdin) for job in jobs}
        verdicts = self._ask(run, [call for calls in parts.values() for call in calls])
        return {job: next((verdicts[call] for call in calls if verdicts[call]), None) or why_not_described(calls[-1].stdout)
                for job, calls in parts.items()}

    def consume(self, run, passes):
        jobs = [job for jobs in passes for job in jobs]
        calls = {job: self._consume_call(run, job) for job in jobs}
        verdicts = self._ask(run, list(calls.values()))
        return {job: verdicts[call] or why_unreadable(job, call.stdout) for job, call in calls.items()}

    def _produce_calls(self, run, job, stdin):
        out = run.work / job.topic
        at = ("--bootstrap-server", run.bootstrap, "--topic", job.topic)
        topics = "org.apache.kafka.tools.TopicCommand"
        properties = [word for text in ("parse.key=true", "parse.headers=true", f"null.marker={NULL.decode()}") for word in (self.reader_property, text)]
        return [Call(topics, "-", f"{out}.created", (*at, "--create", "--partitions", 1, "--replication-factor", 1)),
                Call(self.producer_class, str(stdin), f"{out}.sent",
                     (*at, "--compression-codec", job.codec, "--request-required-acks", "all", *properties)),
                Call(topics, "-", f"{out}.described", (*at, "--describe"))]

    def _consume_call(self, run, job):
        settings = [f"print.{what}=true" for what in ("timestamp", "offset", "headers", "key", "value")] + [f"null.literal={NULL.decode()}"]
        properties = [word for text in settings for word in (self.formatter_property, text)]
        offset = job.first or "earliest"
        return Call("org.apache.kafka.tools.consumer.ConsoleConsumer", "-", f"{job.rows}.out",
                    ("--bootstrap-server", run.bootstrap, "--topic", job.topic, "--partition", 0, "--offset", offset, "--max-messages", job.count,
                     "--timeout-ms", IDLE_SECONDS * 1000, *properties))

    def _ask(self, run, calls):
        stdin = "".join(call.line(number) + "\n" for number, call in enumerate(calls)).encode()
        return ask(calls, java(run.artefacts, self.version, "ConsoleHost"), stdin, 60 + len(calls) * run.records / 5000)


def line(plain):
    key, value, pairs = plain
    said = b",".join(name.encode() + b":" + marked(content) for name, content in pairs)
    return b"\t".join([said or NULL, marked(key), marked(value)]) + b"\n"


def marked(data):
    return NULL if data is None else data


def unmarked(data):
    return None if data == NULL else data


def why_not_described(described):
    text = Path(described).read_text()
    return None if "PartitionCount: 1" in text and "Leader: none" not in text else f"kafka-topics --describe said {text.strip()!r}"


def why_unreadable(job, stdout):
    printed = Path(stdout)
    try:
        with printed.open("rb") as lines:
            write_rows(job.rows, map(row, lines))
    except ValueError as error:
        return f"the console consumer printed what we cannot read: {error}"
    finally:
        printed.unlink(missing_ok=True)
    return None


def row(text):
    timestamp, offset, said, key, value = text.rstrip(b"\n").split(b"\t")
    pairs = []
    for pair in said.split(b",") if said != b"NO_HEADERS" else []:
        name, _, content = pair.partition(b":")
        pairs.append((name.decode(), unmarked(content)))
    return int(offset.removeprefix(b"Offset:")), int(timestamp.removeprefix(b"CreateTime:")), digest((unmarked(key), unmarked(value), pairs))
