"""Real clients of a cluster, each a thread: an idempotent producer, a reader that goes along, a group that commits, and an administrator who
makes, alters and deletes topics, half through librdkafka and half in words of its own to any broker. What they are told goes into histories.
"""
import threading
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, ResourceType
from harness.wire import create_topic

from metadata_history import PRESENT, Commits, Records, Topics
from metadata_views import alter_config, asked, delete_topic

STEADY, PARTITIONS, GROUP = "steady", 6, "readers"
GROUP_SESSION_S = 4
SEND_EVERY_S, CHANGE_EVERY_S = 0.004, 0.1
CHANGING, MOST_TOPICS = "changing-", 12
SETTING = "retention.ms"
ANSWER_S = 15
ASKED_AGAIN_S = 0.1  # by the broker that forwards a change, or by librdkafka, when a connection ended
# Kafka's retriable errors of changes; librdkafka's own, for requests that found no broker or had no answer, are below zero.
NOT_CONTROLLER, TIMED_OUT, EXISTS, UNKNOWN_TOPIC = 41, 7, 36, 3
LATER = {NOT_CONTROLLER, TIMED_OUT}
LOCAL_LATER = {-185, -195, -187, -166, -196, -181, -192, -137}
PATIENT = {"reconnect.backoff.max.ms": 500, "retry.backoff.ms": 50, "socket.timeout.ms": 4000, "topic.metadata.refresh.interval.ms": 2000,
           "log_level": 0}


class Worker(threading.Thread):
    """Calls step() until stop()."""

    def __init__(self):
        super().__init__(daemon=True)
        self.running = True

    def run(self):
        while self.running:
            self.step()
        self.end()

    def stop(self, timeout_s=60):
        self.running = False
        self.join(timeout_s)

    def end(self):
        """After the last step."""


class Sender(Worker):
    def __init__(self, bootstrap, records):
        super().__init__()
        self.records, self.sent = records, 0
        self.producer = Producer({**PATIENT, "bootstrap.servers": bootstrap, "enable.idempotence": True, "acks": "all", "linger.ms": 5,
                                  "message.timeout.ms": 300000, "queue.buffering.max.messages": 50000})

    def delivered(self, error, message):
        if error is not None:
            self.records.wrong.append(f"record {message.value()} of partition {message.partition()} was not delivered: {error}")
            return
        offset, number = message.offset(), int(message.value())
        other = self.records.acknowledged[message.partition()].setdefault(offset, number)
        if other != number:
            self.records.wrong.append(f"records {other} and {number} were both acknowledged at {message.partition()}:{offset}")

    def step(self):
        try:
            self.producer.produce(STEADY, str(self.sent).encode(), partition=self.sent % PARTITIONS, on_delivery=self.delivered)
            self.sent += 1
        except BufferError:
            pass
        self.producer.poll(SEND_EVERY_S)

    def end(self):
        left = self.producer.flush(60)
        if left:
            self.records.wrong.append(f"{left} records are still not acknowledged at the end")


class Reader(Worker):
    """Of all partitions from their beginnings, in no group."""

    def __init__(self, bootstrap, records):
        super().__init__()
        self.records = records
        self.consumer = Consumer({**PATIENT, "bootstrap.servers": bootstrap, "group.id": "none", "enable.auto.commit": False, "auto.offset.reset": "error",
                                  "fetch.wait.max.ms": 100})
        self.consumer.assign([TopicPartition(STEADY, p, 0) for p in range(PARTITIONS)])

    def step(self):
        message = self.consumer.poll(0.2)
        if message is None or (message.error() is not None and message.error().retriable()):
            return
        if message.error() is not None:
            if message.error().code() == -140:  # the offset was reset: there is less than was read
                self.records.wrong.append(f"a reader: {message.error()}")
            return
        partition, offset = message.partition(), message.offset()
        read = self.records.read[partition]
        if offset != len(read):
            self.records.wrong.append(f"a reader is at {partition}:{len(read)}, and is given {offset}")
        read[offset] = int(message.value())

    def end(self):
        self.consumer.close()


class Member(Worker):
    """One of a group, that commits where it is."""

    def __init__(self, bootstrap, commits):
        super().__init__()
        self.commits, self.places, self.begins, self.due = commits, {}, {}, 0
        self.consumer = Consumer({**PATIENT, "bootstrap.servers": bootstrap, "group.id": GROUP, "enable.auto.commit": False, "auto.offset.reset": "earliest",
                                  "session.timeout.ms": GROUP_SESSION_S * 1000, "max.poll.interval.ms": 10000, "heartbeat.interval.ms": 500, "fetch.wait.max.ms": 100})
        self.consumer.subscribe([STEADY], on_assign=self.assigned, on_revoke=self.revoked, on_lost=self.revoked)

    def assigned(self, _, partitions):
        self.places = {}
        self.begins = {one.partition: self.commits.acknowledged[one.partition] for one in partitions}

    def revoked(self, *_):
        self.places, self.begins = {}, {}

    def step(self):
        message = self.consumer.poll(0.2)
        if message is not None and message.error() is None:
            partition, offset = message.partition(), message.offset()
            if partition in self.begins:
                self.commits.begins(partition, offset, self.begins.pop(partition))
            if self.places.get(partition, offset) != offset:
                self.commits.wrong.append(f"partition {partition}: a member of the group is at {self.places[partition]}, and is given {offset}")
            self.places[partition] = offset + 1
        if self.places and time.monotonic() > self.due:
            self.due = time.monotonic() + 0.3
            self.commit()

    def commit(self):
        asked_for = [TopicPartition(STEADY, p, offset) for p, offset in self.places.items()]
        for one in asked_for:
            self.commits.ask(one.partition, one.offset)
        try:
            for one in self.consumer.commit(offsets=asked_for, asynchronous=False):
                if one.error is None:
                    self.commits.acknowledge(one.partition, one.offset)
        except KafkaException:
            pass  # not acknowledged; it is asked for again

    def end(self):
        self.consumer.close()


class Administrator(Worker):
    """One change after another. `quiet` holds the next one back."""

    def __init__(self, cluster, topics, chance):
        super().__init__()
        self.cluster, self.topics, self.chance = cluster, topics, chance
        self.client = AdminClient({**PATIENT, "bootstrap.servers": cluster.bootstrap})
        self.number, self.value = 0, 1000000
        self.may_go, self.at_rest = threading.Event(), threading.Event()
        self.may_go.set()
        self.diary = open(cluster.folder / "changes", "w", buffering=1)

    def rest(self, timeout_s=30):
        self.at_rest.clear()
        self.may_go.clear()
        return self.at_rest.wait(timeout_s)

    def step(self):
        if not self.may_go.is_set():
            self.at_rest.set()
            self.may_go.wait(0.5)
            return
        there = [name for name in self.topics.names(PRESENT) if name.startswith(CHANGING)]
        kind = self.chance.choices(["create", "alter", "delete"], [5, 3 if there else 0, 4 if len(there) > MOST_TOPICS else 0])[0]
        own = self.chance.choice([None, *self.cluster.members.values()]) if self.chance.random() < 0.75 else None
        getattr(self, kind)(own, there)
        time.sleep(CHANGE_EVERY_S)

    def outcome(self, what, name, own, code, began):
        """True: done, False: refused with a promise that nothing was done, None: not known."""
        seconds = time.monotonic() - began
        self.diary.write(f"{time.strftime('%T')} {seconds:.3f} s {what} {name} by {own.node if own else 'librdkafka'}: {code}\n")
        if code == 0:
            self.topics.done[what] += 1
            return True
        self.topics.refused[code] += 1
        # Asked again by itself, after an answer was lost: then it finds what it has done.
        if seconds > ASKED_AGAIN_S and (what, code) in (("create", EXISTS), ("delete", UNKNOWN_TOPIC)):
            return True
        if code is not None and code not in LATER | LOCAL_LATER:
            self.topics.wrong.append(f"{what} {name} was answered with error {code}, which is not retriable, by {own.node if own else 'librdkafka'}")
        # Even NOT_CONTROLLER may come after an earlier try whose answer was lost.
        return None

    def real(self, future):
        try:
            future.result(ANSWER_S + 5)
            return 0
        except KafkaException as problem:
            return problem.args[0].code()

    def create(self, own, _):
        self.number += 1
        name, partitions = f"{CHANGING}{self.number}", self.chance.randint(1, 4)
        began = time.monotonic()
        if own is not None:
            answer = asked(own, lambda connection: create_topic(connection, name, partitions), ANSWER_S)
            code = None if answer is None else answer[0]
        else:
            code = self.real(self.client.create_topics([NewTopic(name, partitions, 1)], request_timeout=ANSWER_S, operation_timeout=5)[name])
        self.topics.created(name, self.outcome("create", name, own, code, began))

    def delete(self, own, there):
        name, began = self.chance.choice(there), time.monotonic()
        if own is not None:
            code = asked(own, lambda connection: delete_topic(connection, name), ANSWER_S)
        else:
            code = self.real(self.client.delete_topics([name], request_timeout=ANSWER_S, operation_timeout=5)[name])
        self.topics.deleted(name, self.outcome("delete", name, own, code, began))

    def alter(self, own, there):
        name, began = self.chance.choice(there), time.monotonic()
        self.value += 1
        if own is not None:
            code = asked(own, lambda connection: alter_config(connection, name, SETTING, str(self.value)), ANSWER_S)
        else:
            entry = ConfigEntry(SETTING, str(self.value), incremental_operation=AlterConfigOpType.SET)
            resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry])
            code = self.real(self.client.incremental_alter_configs([resource], request_timeout=ANSWER_S)[resource])
        self.topics.altered(name, str(self.value), self.outcome("alter", name, own, code, began))


def fill(producer, topic, partitions):
    """A few records for each partition of a topic that was just made: the ledger of it."""
    ledger = Records(partitions)

    def delivered(error, message):
        if error is None:
            ledger.acknowledged[message.partition()][message.offset()] = int(message.value())
    for number in range(3 * partitions):
        producer.produce(topic, str(number), partition=number % partitions, on_delivery=delivered)
    producer.flush(20)
    return ledger


class Load:
    def __init__(self, cluster, chance):
        self.records, self.commits, self.topics = Records(PARTITIONS), Commits(), Topics()
        self.cluster, self.filled = cluster, {}  # topic that is never deleted -> its ledger
        self.filler = Producer({**PATIENT, "bootstrap.servers": cluster.bootstrap, "enable.idempotence": True})
        self.sender = Sender(cluster.bootstrap, self.records)
        self.reader = Reader(cluster.bootstrap, self.records)
        self.members = [Member(cluster.bootstrap, self.commits) for _ in range(2)]
        self.administrator = Administrator(cluster, self.topics, chance)
        self.workers = [self.sender, self.reader, *self.members, self.administrator]
        for worker in self.workers:
            worker.start()

    def counts(self):
        """(acknowledged, read) of each partition."""
        return [(len(acknowledged), len(read)) for acknowledged, read in zip(self.records.acknowledged, self.records.read)]

    def stop(self):
        for worker in self.workers:
            worker.running = False
        for worker in self.workers:
            worker.stop(90)


def stored(bootstrap, topics, timeout_s=60):
    """What a new consumer finds from the beginnings to the ends of {topic: partitions}: {topic: [{offset: number}]}, or none."""
    consumer = Consumer({**PATIENT, "bootstrap.servers": bootstrap, "group.id": "none", "enable.auto.commit": False, "enable.partition.eof": True,
                         "auto.offset.reset": "earliest"})
    places = [TopicPartition(topic, p, 0) for topic, partitions in topics.items() for p in range(partitions)]
    consumer.assign(places)
    found, at_end = {topic: [{} for _ in range(partitions)] for topic, partitions in topics.items()}, set()
    deadline = time.monotonic() + timeout_s
    while len(at_end) < len(places) and time.monotonic() < deadline:
        message = consumer.poll(1)
        if message is None:
            continue
        if message.error() is None:
            found[message.topic()][message.partition()][message.offset()] = int(message.value())
        elif message.error().code() == -191:  # the end of a partition
            at_end.add((message.topic(), message.partition()))
    consumer.close()
    return found if len(at_end) == len(places) else None


def committed(bootstrap, timeout_s=20):
    consumer = Consumer({**PATIENT, "bootstrap.servers": bootstrap, "group.id": GROUP})
    try:
        return {one.partition: one.offset for one in consumer.committed([TopicPartition(STEADY, p) for p in range(PARTITIONS)], timeout=timeout_s)}
    finally:
        consumer.close()
