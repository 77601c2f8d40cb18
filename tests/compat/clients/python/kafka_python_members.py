"""Members of groups over kafka-python."""
import sys

import members
from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor

# A member that joins again because the metadata changed loses what it is assigned if its poll ends before the answer to its SyncGroup (3.0.12:
# the leader counts as joined before). So it gets the time that a rebalance takes, and knows the topic before it joins the first time.
POLL_MS = 1500


class Listener(ConsumerRebalanceListener):
    def __init__(self, tell):
        self.tell = tell

    def on_partitions_assigned(self, assigned):
        self.tell("assigned", members.places(assigned))

    def on_partitions_revoked(self, revoked):
        self.tell("revoked", members.places(revoked))

    def on_partitions_lost(self, lost):
        self.tell("revoked", members.places(lost))


def new_consumer(bootstrap, group, **more):
    return KafkaConsumer(bootstrap_servers=bootstrap, client_id="compat-kafka-python", group_id=group, auto_offset_reset="earliest",
                         metadata_max_age_ms=members.REFRESH_MS, **more)


class Member:
    def __init__(self, bootstrap, group, options, tell):
        assignor = {"range": RangePartitionAssignor, "cooperative": CooperativeStickyAssignor}[options["assignor"]]
        self.consumer = new_consumer(bootstrap, group, enable_auto_commit=options["commit"] == "auto", auto_commit_interval_ms=members.COMMIT_MS,
                                     group_instance_id=options.get("instance"), partition_assignment_strategy=(assignor,),
                                     heartbeat_interval_ms=members.HEARTBEAT_MS, session_timeout_ms=members.SESSION_MS)
        if "topic" in options:
            self.consumer.partitions_for_topic(options["topic"])
        wanted = {"topics": [options["topic"]]} if "topic" in options else {"pattern": options["pattern"]}
        self.consumer.subscribe(**wanted, listener=Listener(tell))

    def poll(self):
        polled = self.consumer.poll(timeout_ms=POLL_MS)
        return [(at.topic, at.partition, record.offset) for at, records in polled.items() for record in records]

    def commit(self, offsets):
        self.consumer.commit({TopicPartition(topic, partition): OffsetAndMetadata(offset, "", -1) for topic, partition, offset in offsets})

    def seek(self, topic, partition, offset):
        self.consumer.seek(TopicPartition(topic, partition), offset)

    def close(self):
        self.consumer.close()


def committed(bootstrap, group, topic, count):
    consumer = new_consumer(bootstrap, group)
    found = [consumer.committed(TopicPartition(topic, i)) for i in range(int(count))]
    consumer.close()
    return [-1 if offset is None else offset for offset in found]


def times(bootstrap, topic, partition, timestamp):
    consumer = new_consumer(bootstrap, None)
    at = TopicPartition(topic, int(partition))
    found = consumer.offsets_for_times({at: int(timestamp)})[at]
    consumer.close()
    return -1 if found is None else found.offset


members.converse(sys.modules[__name__], sys.argv[1])
