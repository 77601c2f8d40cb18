"""The client program over kafka-python."""
import sys

from job_list import answer, kafka_python_shape, passes, produce_jobs, read, record
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError

SECONDS = 30


def fill(bootstrap, topic, codec, records, first_timestamp):
    producer = KafkaProducer(bootstrap_servers=bootstrap, client_id="compat-kafka-python", acks="all", enable_idempotence=True, linger_ms=50,
                             batch_size=1 << 17, compression_type=None if codec == "none" else codec)
    futures = []
    for i in range(records):
        key, value, headers = kafka_python_shape(record(i), i, records)
        futures.append(producer.send(topic, value, key=key, headers=headers, partition=0, timestamp_ms=first_timestamp + i))
    producer.flush(SECONDS)
    for i, future in enumerate(futures):
        offset = future.get(SECONDS).offset
        if offset != i:
            return f"record {i} was acknowledged at offset {offset}"
    producer.close()
    return None


def produce(bootstrap, records, first_timestamp):
    jobs = produce_jobs()
    admin = KafkaAdminClient(bootstrap_servers=bootstrap, client_id="compat-kafka-python-admin")
    admin.create_topics([NewTopic(topic, 1, 1) for _, topic, _ in jobs])
    admin.close()
    for number, topic, codec in jobs:
        try:
            answer(number, fill(bootstrap, topic, codec, int(records), int(first_timestamp)))
        except KafkaError as error:
            answer(number, error)


def consume(bootstrap, idle_seconds):
    for readings in passes():
        consumer = KafkaConsumer(bootstrap_servers=bootstrap, client_id="compat-kafka-python", group_id=None, enable_auto_commit=False,
                                 auto_offset_reset="none", check_crcs=True)
        partitions = {TopicPartition(reading.topic, 0): reading for reading in readings}
        consumer.assign(list(partitions))
        for partition, reading in partitions.items():
            consumer.seek(partition, reading.first)

        def poll(by_topic):
            came = ended = 0
            for partition, messages in consumer.poll(timeout_ms=100).items():
                came += len(messages)
                take = by_topic[partition.topic].take
                for message in messages:
                    ended += take(message.offset, message.timestamp, message.key, message.value, message.headers)
            return came, ended

        read(readings, float(idle_seconds), poll)
        consumer.close()


{"produce": produce, "consume": consume}[sys.argv[1]](*sys.argv[2:])
