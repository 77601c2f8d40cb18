"""The matrix itself: who produces what, who reads it, and what came of it."""
import time
from dataclasses import dataclass

from . import rows, stored
from .jobs import Failure, ProduceJob, ReadJob
from .records import expected_digests

NOT_PRODUCED = "not produced"


@dataclass(frozen=True)
class Topic:
    producer: object  # Client
    codec: str
    name: str


class Matrix:
    def __init__(self, options, run, broker, unready):
        self.options, self.run, self.broker = options, run, broker
        self.unready = unready  # client -> why it could not be built
        suffix = run.work.name.rpartition("-")[2].replace("_", "0")
        self.topics = [Topic(client, codec, f"compat-{client.name}-{codec}-{suffix}") for client in options.clients for codec in options.codecs]
        self.produced, self.stored, self.read, self.resumed = {}, {}, {}, {}
        self.seconds = {}  # (client, what) -> seconds

    def play(self):
        for client in self.options.clients:
            self._timed(client, "produce", self._produce)
        for topic in self.topics:
            self.stored[topic] = self.produced[topic] and NOT_PRODUCED or self._check_stored(topic)
        self.digests = {limits: expected_digests(limits, self.run.records) for limits in {client.limits for client in self.options.clients}}
        for client in self.options.clients:
            self._timed(client, "consume", self._consume)

    def verdicts(self):
        """Every cell of the matrix with its name: None is a pass, text the reason of a failure."""
        for topic in self.topics:
            yield f"{topic.producer.name} produces {topic.codec}", self.produced[topic]
            yield f"{topic.producer.name}'s {topic.codec} as stored", self.stored[topic]
            for client in self.options.clients:
                yield f"{client.name} reads {topic.producer.name}'s {topic.codec}", self.read[client, topic]
        for (client, topic), why in self.resumed.items():
            yield f"{client.name} reads {topic.producer.name}'s {topic.codec} from the middle", why

    def _timed(self, client, what, work):
        start = time.monotonic()
        work(client)
        self.seconds[client.name, what] = time.monotonic() - start

    def _why_not(self, client):
        if client in self.unready:
            return self.unready[client]
        return "the broker is gone" if self.broker and not self.broker.alive() else None

    def _produce(self, client):
        jobs = {topic: ProduceJob(topic.name, topic.codec) for topic in self.topics if topic.producer is client}
        why_not = self._why_not(client)
        said = {} if why_not else client.adapter.produce(self.run, list(jobs.values()))
        self.produced.update((topic, said.get(job, why_not)) for topic, job in jobs.items())

    def _check_stored(self, topic):
        try:
            return stored.check(topic.name, topic.codec, self.run.records, self.run.bootstrap, self.broker, self.options.storage)
        except Failure as failure:
            return str(failure)

    def _consume(self, client):
        """All topics from their start, together; then those of the client itself once more from the middle of a batch."""
        full, middle = {}, {}
        start = self.run.records // 2 + 1
        for number, topic in enumerate(self.topics):
            if self.produced[topic]:
                continue
            at = self.run.work / f"{client.name}-{number}"
            full[topic] = ReadJob(topic.name, 0, self.run.records, at.with_name(at.name + "-full"))
            if topic.producer is client:
                middle[topic] = ReadJob(topic.name, start, self.run.records - start, at.with_name(at.name + "-middle"))
        why_not = self._why_not(client)
        said = {} if why_not or not full else client.adapter.consume(self.run, [list(full.values()), list(middle.values())])
        for topic in self.topics:
            self.read[client, topic] = why_not or self._judge(topic, full.get(topic), said)
            if topic.producer is client:
                self.resumed[client, topic] = why_not or self._judge(topic, middle.get(topic), said)

    def _judge(self, topic, job, said):
        if job is None:
            return NOT_PRODUCED
        limits = topic.producer.limits
        try:
            return said[job] or rows.why_wrong(job, self.digests[limits], self.run, limits.timestamps)
        except OSError as error:
            return f"no rows: {error.strerror}"
        finally:
            if not self.options.keep:
                job.rows.unlink(missing_ok=True)
