"""Members of groups over aiokafka. Each member's thread runs an event loop of its own, which turns while the member polls."""
import asyncio
import sys

import members
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor


class Listener(ConsumerRebalanceListener):
    def __init__(self, tell):
        self.tell = tell

    async def on_partitions_assigned(self, assigned):
        self.tell("assigned", members.places(assigned))

    async def on_partitions_revoked(self, revoked):
        self.tell("revoked", members.places(revoked))


def new_consumer(bootstrap, group, **more):
    return AIOKafkaConsumer(bootstrap_servers=bootstrap, client_id="compat-aiokafka", group_id=group, auto_offset_reset="earliest",
                            metadata_max_age_ms=members.REFRESH_MS, **more)


class Member:
    def __init__(self, bootstrap, group, options, tell):
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(self._start(bootstrap, group, options, tell))

    async def _start(self, bootstrap, group, options, tell):
        self.consumer = new_consumer(bootstrap, group, enable_auto_commit=options["commit"] == "auto", auto_commit_interval_ms=members.COMMIT_MS,
                                     group_instance_id=options.get("instance"), partition_assignment_strategy=(RangePartitionAssignor,),
                                     heartbeat_interval_ms=members.HEARTBEAT_MS, session_timeout_ms=members.SESSION_MS)
        wanted = {"topics": [options["topic"]]} if "topic" in options else {"pattern": options["pattern"]}
        self.consumer.subscribe(**wanted, listener=Listener(tell))
        await self.consumer.start()

    def poll(self):
        polled = self.loop.run_until_complete(self.consumer.getmany(timeout_ms=int(members.POLL_SECONDS * 1000)))
        return [(at.topic, at.partition, record.offset) for at, records in polled.items() for record in records]

    def commit(self, offsets):
        self.loop.run_until_complete(self.consumer.commit({TopicPartition(topic, partition): offset for topic, partition, offset in offsets}))

    def seek(self, topic, partition, offset):
        self.consumer.seek(TopicPartition(topic, partition), offset)

    def close(self):
        self.loop.run_until_complete(self.consumer.stop())
        self.loop.close()


def with_consumer(bootstrap, group, work):
    async def run():
        consumer = new_consumer(bootstrap, group, enable_auto_commit=False)  # it only looks, and would commit where it stands when it stops
        await consumer.start()
        try:
            return await work(consumer)
        finally:
            await consumer.stop()

    return asyncio.run(run())


def committed(bootstrap, group, topic, count):
    async def read(consumer):
        consumer.assign([TopicPartition(topic, i) for i in range(int(count))])
        found = [await consumer.committed(TopicPartition(topic, i)) for i in range(int(count))]
        return [-1 if offset is None else offset for offset in found]

    return with_consumer(bootstrap, group, read)


def times(bootstrap, topic, partition, timestamp):
    async def look(consumer):
        at = TopicPartition(topic, int(partition))
        consumer.assign([at])
        found = (await consumer.offsets_for_times({at: int(timestamp)}))[at]
        return -1 if found is None else found.offset

    return with_consumer(bootstrap, None, look)


members.converse(sys.modules[__name__], sys.argv[1])
