"""The client program over confluent-kafka, which brings a newer librdkafka than Debian's."""
import sys

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from job_list import answer, passes, produce_jobs, read, record

SECONDS = 30
BATCH = 1000


class Tally:
    """Counts acknowledgements; they must come in the order of the offsets."""

    def __init__(self):
        self.acknowledged, self.why = 0, None

    def __call__(self, error, message):
        if error and not self.why:
            self.why = error.str()
        elif message.offset() != self.acknowledged and not self.why:
            self.why = f"record {self.acknowledged} was acknowledged at offset {message.offset()}"
        self.acknowledged += 1


def fill(bootstrap, topic, codec, records, first_timestamp):
    tally = Tally()
    producer = Producer({"bootstrap.servers": bootstrap, "client.id": "compat-confluent", "compression.type": codec, "enable.idempotence": True,
                         "acks": "all", "linger.ms": 50, "on_delivery": tally})
    for i in range(records):
        key, value, headers = record(i)
        while True:
            try:
                producer.produce(topic, value=value, key=key, partition=0, timestamp=first_timestamp + i, headers=headers)
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    producer.flush(SECONDS)
    if tally.why or tally.acknowledged == records:
        return tally.why
    return f"{tally.acknowledged} of {records} records were acknowledged"


def produce(bootstrap, records, first_timestamp):
    jobs = produce_jobs()
    admin = AdminClient({"bootstrap.servers": bootstrap, "client.id": "compat-confluent-admin"})
    created = admin.create_topics([NewTopic(topic, 1, 1) for _, topic, _ in jobs], request_timeout=SECONDS)
    for number, topic, codec in jobs:
        try:
            created[topic].result()
            answer(number, fill(bootstrap, topic, codec, int(records), int(first_timestamp)))
        except KafkaException as error:
            answer(number, error)


def consume(bootstrap, idle_seconds):
    for readings in passes():
        consumer = Consumer({"bootstrap.servers": bootstrap, "client.id": "compat-confluent", "group.id": "compat-unused", "enable.auto.commit": False,
                             "auto.offset.reset": "error", "check.crcs": True})
        consumer.assign([TopicPartition(reading.topic, 0, reading.first) for reading in readings])

        def poll(by_topic):
            messages = consumer.consume(BATCH, timeout=0.1)
            ended = 0
            for message in messages:
                reading = by_topic.get(message.topic())
                if reading is None:
                    raise KafkaException(message.error())
                if message.error():
                    ended += reading.fail(message.error().str())
                    continue
                ended += reading.take(message.offset(), message.timestamp()[1], message.key(), message.value(), message.headers() or [])
            return len(messages), ended

        read(readings, float(idle_seconds), poll)
        consumer.close()


{"produce": produce, "consume": consume}[sys.argv[1]](*sys.argv[2:])
