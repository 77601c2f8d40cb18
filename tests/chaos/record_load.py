"""Real clients of one topic, each a thread that writes its history: idempotent producers with several requests in flight, members of groups
that commit by themselves or by hand, and a reader that goes along from the beginning.

`served` of a worker is the last life of the broker in which it was answered something that it had asked in that life.
"""
import threading
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from record_history import identify, payload

TOPIC, PARTITIONS = "records", 3
GROUPS = {"by-itself": ("classic", ["auto", "auto"]), "by-hand": ("consumer", ["waits", "goes-on"])}  # protocol, and how each member commits
SENDERS, SEND_EVERY_S = 2, 0.004
COMMIT_EVERY_S, BY_ITSELF_EVERY_S = 0.05, 0.2
GIVE_UP_S = 120  # a delivery that takes longer is told to be unknown
PATIENT = {"reconnect.backoff.ms": 5, "reconnect.backoff.max.ms": 50, "retry.backoff.ms": 5, "socket.timeout.ms": 10000,
           "topic.metadata.refresh.interval.ms": 5000, "log_level": 0}


class Worker(threading.Thread):
    """Calls step() until it is told to stop."""

    def __init__(self, load, name):
        super().__init__(daemon=True, name=name)
        self.load, self.served, self.wrong = load, 0, []

    def run(self):
        try:
            while not self.load.ended:
                self.step()
            self.end()
        except Exception as problem:  # told as a failure of the run; a thread that ends unseen would be no load
            self.wrong.append(f"{self.name} ended: {problem!r}")

    def note(self, event, op, **more):
        self.load.recorder.note(self.name, event, op, **more)


class Sender(Worker):
    def __init__(self, load, name):
        super().__init__(load, name)
        self.number = self.answered = 0
        self.producer = Producer({**PATIENT, "bootstrap.servers": load.bootstrap, "enable.idempotence": True, "acks": "all", "linger.ms": 1,
                                  "batch.num.messages": 200, "max.in.flight.requests.per.connection": 5, "message.timeout.ms": GIVE_UP_S * 1000,
                                  "queue.buffering.max.messages": 1000})

    def step(self):
        number, partition, life = self.number, self.number % PARTITIONS, self.load.life
        data, total = payload(self.name, number)
        self.note("invoke", "send", p=partition, n=number, s=total)
        while True:
            try:
                self.producer.produce(TOPIC, data, partition=partition, on_delivery=lambda error, message: self.delivered(error, message, number, life))
                break
            except BufferError:
                self.producer.poll(0.01)
                if self.load.ended:
                    self.note("fail", "send", p=partition, n=number, why="never handed over")
                    return
        self.number += 1
        self.producer.poll(SEND_EVERY_S)

    def delivered(self, error, message, number, life):
        if error is not None:
            self.note("unknown", "send", p=message.partition(), n=number, why=str(error))
            if not self.load.forgets:
                self.wrong.append(f"{self.name}/{number} was not delivered: {error}")
            return
        self.note("ok", "send", p=message.partition(), n=number, o=message.offset())
        self.answered += 1
        self.served = max(self.served, life)

    def end(self):
        if self.load.forgets:
            self.producer.purge(blocking=False)
            self.producer.poll(0.1)
        elif self.producer.flush(30):
            self.wrong.append(f"{self.name} has {len(self.producer)} records that are not answered at the end")


class Follower(Worker):
    """What all consumers here have."""

    def __init__(self, load, name, settings):
        super().__init__(load, name)
        self.consumer = Consumer({**PATIENT, "bootstrap.servers": load.bootstrap, "auto.offset.reset": "earliest", "check.crcs": True,
                                  "fetch.wait.max.ms": 50, "fetch.error.backoff.ms": 20, **settings})

    def read(self, timeout_s=0.05):
        """{partition: offset behind what was read}"""
        life, entries = self.load.life, {}
        for message in self.consumer.consume(500, timeout_s):
            if message.error() is None:
                entries.setdefault(message.partition(), []).append([message.offset(), *identify(message.value())])
        for partition, records in entries.items():
            self.note("ok", "read", p=partition, r=records)
        return life, {partition: records[-1][0] + 1 for partition, records in entries.items()}

    def end(self):
        if not self.load.forgets:
            self.consumer.close()


class Reader(Follower):
    def __init__(self, load, name):
        super().__init__(load, name, {"group.id": "none", "enable.auto.commit": False})
        self.consumer.assign([TopicPartition(TOPIC, p, 0) for p in range(PARTITIONS)])
        self.note("ok", "assign", at=[[p, 0] for p in range(PARTITIONS)])

    def step(self):
        life, read = self.read()
        if read:
            self.served = life


class Member(Follower):
    def __init__(self, load, name, group, protocol, commits):
        self.group, self.places, self.due = group, {}, 0
        self.commits = "goes-on" if commits == "waits" and load.forgets else commits  # it could wait for a broker that is gone
        self.is_committing = False  # one at a time: librdkafka asks again for an older one after it has asked for a newer
        settings = {"group.id": group, "group.protocol": protocol, "enable.auto.commit": self.commits == "auto",
                    "auto.commit.interval.ms": int(BY_ITSELF_EVERY_S * 1000)}
        if protocol == "classic":
            settings |= {"session.timeout.ms": 10000, "heartbeat.interval.ms": 500}
        if self.commits != "waits":
            settings["on_commit"] = self.committed
        super().__init__(load, name, settings)
        self.consumer.subscribe([TOPIC], on_assign=self.assigned, on_revoke=self.revoked, on_lost=self.revoked)

    def assigned(self, _, partitions):
        self.note("ok", "assign", g=self.group, at=[[one.partition, None] for one in partitions])

    def revoked(self, _, partitions):
        for one in partitions:
            self.places.pop(one.partition, None)
        if not self.load.ended or not self.load.forgets:
            self.note("ok", "revoke", at=[[one.partition, None] for one in partitions])

    def step(self):
        self.places.update(self.read()[1])
        if self.commits == "auto" or not self.places or self.is_committing or time.monotonic() < self.due:
            return
        self.due = time.monotonic() + COMMIT_EVERY_S
        wanted = [TopicPartition(TOPIC, p, offset) for p, offset in self.places.items()]
        self.places, life = {}, self.load.life
        self.note("invoke", "commit", g=self.group, at=[[one.partition, one.offset] for one in wanted])
        try:
            if self.commits == "waits":
                self.committed(None, self.consumer.commit(offsets=wanted, asynchronous=False), life)
            else:
                self.is_committing = True
                self.consumer.commit(offsets=wanted, asynchronous=True)
        except KafkaException as problem:
            self.note("unknown", "commit", g=self.group, at=[], why=str(problem))

    def committed(self, error, partitions, life=None):
        self.is_committing = False
        done = [[one.partition, one.offset] for one in partitions if error is None and one.error is None and one.offset >= 0]
        if done:
            self.note("ok", "commit", g=self.group, at=done)
            self.served = self.load.life if life is None else life
        else:
            self.note("unknown", "commit", g=self.group, at=[], why=str(error))


class Load:
    """All of them. `forgets`: a loss is allowed, and with it errors of producers; clients stop without a broker, and leave() when there is one."""

    def __init__(self, recorder, port, suffix="", forgets=False):
        self.recorder, self.port, self.bootstrap, self.suffix, self.forgets = recorder, port, f"127.0.0.1:{port}", suffix, forgets
        self.ended, self.life, self.workers = False, 0, []

    def start(self, *others):
        """Beside `others`, workers that know this load."""
        self.workers = [*others, *(Sender(self, f"producer-{n}{self.suffix}") for n in range(SENDERS)), Reader(self, f"reader{self.suffix}"),
                        *(Member(self, f"{group}-{n}{self.suffix}", group + self.suffix, protocol, commits)
                          for group, (protocol, members) in GROUPS.items() for n, commits in enumerate(members))]
        for worker in self.workers:
            worker.start()

    def waiting(self):
        """Who was not answered yet in this life of the broker."""
        return [worker.name for worker in self.workers if worker.served < self.life]

    def answered(self):
        return sum(worker.answered for worker in self.workers if isinstance(worker, Sender))

    def leave(self):
        """Consumers of a load that forgets are closed: without a broker that would take minutes. Nothing of it goes into the history."""
        closing = [threading.Thread(target=worker.consumer.close, daemon=True) for worker in self.workers if isinstance(worker, Follower)]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join(30)

    def stop(self, timeout_s=60):
        """What went wrong with clients."""
        self.ended = True
        for worker in self.workers:
            worker.join(timeout_s)
        return [line for worker in self.workers for line in worker.wrong] + [f"{worker.name} does not end" for worker in self.workers if worker.is_alive()]


def whole(recorder, port, name):
    """Reads all from the beginning, as somebody new: what there is, {partition: [[offset, id, sum]]}."""
    recorder.note(name, "invoke", "whole")
    consumer = Consumer({**PATIENT, "bootstrap.servers": f"127.0.0.1:{port}", "group.id": "none", "enable.auto.commit": False, "check.crcs": True,
                         "enable.partition.eof": True, "auto.offset.reset": "error"})
    consumer.assign([TopicPartition(TOPIC, p, 0) for p in range(PARTITIONS)])
    found, at_end, deadline = {p: [] for p in range(PARTITIONS)}, set(), time.monotonic() + GIVE_UP_S
    while len(at_end) < PARTITIONS and time.monotonic() < deadline:
        for message in consumer.consume(1000, 0.1):
            if message.error() is None:
                found[message.partition()].append([message.offset(), *identify(message.value())])
            elif message.error().code() == -191:  # the end of a partition
                at_end.add(message.partition())
    consumer.close()
    for partition, records in found.items():
        recorder.note(name, "ok", "whole", p=partition, r=records)
    return found
