"""Members of groups over confluent-kafka. The driver's own hand too: it makes topics and fills them."""
import sys
import time

import members
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

BATCH = 1000


def settings(bootstrap, group):
    return {"bootstrap.servers": bootstrap, "client.id": "compat-confluent", "group.id": group, "auto.offset.reset": "earliest",
            "topic.metadata.refresh.interval.ms": members.REFRESH_MS}


def checked(partitions):
    for partition in partitions:
        if partition.error:
            raise KafkaException(partition.error)
    return partitions


class Member:
    def __init__(self, bootstrap, group, options, tell):
        self.tell = tell
        config = settings(bootstrap, group) | {"enable.auto.commit": options["commit"] == "auto", "auto.commit.interval.ms": members.COMMIT_MS}
        if "instance" in options:
            config["group.instance.id"] = options["instance"]
        if options["protocol"] == "consumer":
            config["group.protocol"] = "consumer"
        else:
            config |= {"heartbeat.interval.ms": members.HEARTBEAT_MS, "session.timeout.ms": members.SESSION_MS,
                       "partition.assignment.strategy": {"range": "range", "cooperative": "cooperative-sticky"}[options["assignor"]]}
        self.incremental = options["protocol"] == "consumer" or options["assignor"] == "cooperative"
        self.consumer = Consumer(config)
        said = [options["topic"]] if "topic" in options else [options["pattern"]]
        self.consumer.subscribe(said, on_assign=self.on_assign, on_revoke=self.heard("revoked"), on_lost=self.heard("revoked"))

    def on_assign(self, consumer, partitions):
        """librdkafka 2.16.0 takes an answer about the beginning of a partition that comes after a rebalance for a reason to go there, whatever
        is committed. So it is not left to ask: partitions are assigned with their offsets."""
        found = checked(consumer.committed(partitions, members.PATIENCE_SECONDS))
        placed = [TopicPartition(at.topic, at.partition, max(at.offset, 0)) for at in found]
        (consumer.incremental_assign if self.incremental else consumer.assign)(placed)
        self.heard("assigned")(consumer, partitions)

    def heard(self, word):
        return lambda _, partitions: self.tell(word, members.places((at.topic, at.partition) for at in partitions))

    def poll(self):
        records = []
        for message in self.consumer.consume(BATCH, timeout=members.POLL_SECONDS):
            if message.error():
                self.tell("error", message.error().str())
            else:
                records.append((message.topic(), message.partition(), message.offset()))
        return records

    def commit(self, offsets):
        checked(self.consumer.commit(offsets=[TopicPartition(*offset) for offset in offsets], asynchronous=False))

    def seek(self, topic, partition, offset):
        self.consumer.seek(TopicPartition(topic, partition, offset))

    def close(self):
        self.consumer.close()


def committed(bootstrap, group, topic, count):
    consumer = Consumer(settings(bootstrap, group))
    found = checked(consumer.committed([TopicPartition(topic, i) for i in range(int(count))], members.PATIENCE_SECONDS))
    consumer.close()
    return [max(at.offset, -1) for at in found]


def times(bootstrap, topic, partition, timestamp):
    consumer = Consumer(settings(bootstrap, "compat-times"))
    found = checked(consumer.offsets_for_times([TopicPartition(topic, int(partition), int(timestamp))], members.PATIENCE_SECONDS))
    consumer.close()
    return max(found[0].offset, -1)


def create(bootstrap, topic, partitions):
    admin = AdminClient({"bootstrap.servers": bootstrap})  # named, because it must live until the answer is here
    admin.create_topics([NewTopic(topic, int(partitions), 1)])[topic].result(members.PATIENCE_SECONDS)
    deadline = time.monotonic() + members.PATIENCE_SECONDS
    while not known(admin.list_topics(topic, members.PATIENCE_SECONDS).topics[topic], int(partitions)):
        if time.monotonic() > deadline:
            raise KafkaException("the topic was made and is not to be seen")


def known(topic, partitions):
    """A broker may learn of a topic after the controller said that it is there, and some clients look for it only once."""
    return not topic.error and len(topic.partitions) == partitions and all(at.leader >= 0 for at in topic.partitions.values())


def fill(bootstrap, topic, partitions, count, first_timestamp):
    """Record i goes to partition i mod partitions, its timestamp is first + i."""
    failures = []
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True,
                         "on_delivery": lambda error, _: failures.append(error) if error else None})
    for i in range(int(count)):
        producer.produce(topic, value=b"%d" % i, partition=i % int(partitions), timestamp=int(first_timestamp) + i)
        producer.poll(0)
    if producer.flush(members.PATIENCE_SECONDS) or failures:
        raise KafkaException(failures[0] if failures else "not everything was acknowledged")


members.converse(sys.modules[__name__], sys.argv[1])
