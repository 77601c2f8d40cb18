"""Administration over the raw protocol, in the old, plain versions of the requests: bodies to send, and replies taken apart."""
from .flexible import ask
from .wire import CREATE_TOPICS, METADATA, array, i8, i16, i32, string

INIT_PRODUCER_ID, DELETE_TOPICS, DESCRIBE_CONFIGS, ALTER_CONFIGS, CREATE_PARTITIONS, INCREMENTAL_ALTER_CONFIGS, DESCRIBE_CLUSTER = 22, 20, 32, 33, 37, 44, 60
TOPIC, BROKER, BROKER_LOGGER = 2, 4, 8
SET, DELETE, APPEND = 0, 1, 2
TIMEOUT = i32(10000)


def metadata(connection, topics=None, create=False):
    """Metadata v5: ({id: (host, port, rack)}, controller, {topic: (error, {partition: (error, leader, replicas, offline)})})"""
    reply = connection.ask(METADATA, 5, array(None if topics is None else [string(name) for name in topics]) + i8(create))
    reply.i32()
    brokers = reply.array(lambda: (reply.i32(), (reply.string(), reply.i32(), reply.string())))
    reply.string()
    controller = reply.i32()

    def partition():
        error, index, leader, replicas, _ = reply.i16(), reply.i32(), reply.i32(), reply.array(reply.i32), reply.array(reply.i32)
        return index, (error, leader, replicas, reply.array(reply.i32))

    def topic():
        error, name, _ = reply.i16(), reply.string(), reply.i8()
        return name, (error, dict(reply.array(partition)))
    return dict(brokers), controller, dict(reply.array(topic))


def leaders(connection, topic):
    """{partition: broker}"""
    return {index: leader for index, (_, leader, _, _) in sorted(metadata(connection, [topic])[2][topic][1].items())}


def describe_cluster(connection):
    """DescribeCluster v0: (error, controller, {id: (host, port, rack)})"""
    reply = ask(connection, DESCRIBE_CLUSTER, 0, i8(0))
    reply.i32()
    error, _, _, controller = reply.i16(), reply.text(), reply.text(), reply.i32()
    return error, controller, dict(reply.array(lambda: (reply.i32(), (reply.text(), reply.i32(), reply.text()))))


def new_topic(name, partitions=1, replication=1, assignments=(), configs=(), validate_only=False):
    """Of CreateTopics v2, the whole body; `assignments`: lists of replicas."""
    topic = string(name) + i32(partitions) + i16(replication)
    topic += array([i32(p) + array([i32(r) for r in replicas]) for p, replicas in enumerate(assignments)])
    return array([topic + array([string(k) + string(v) for k, v in configs])]) + TIMEOUT + i8(validate_only)


def more_partitions(name, count, assignments=None, validate_only=False):
    """Of CreatePartitions v0."""
    placed = array(None if assignments is None else [array([i32(r) for r in replicas]) for replicas in assignments])
    return array([string(name) + i32(count) + placed]) + TIMEOUT + i8(validate_only)


def configs(name, values, kind=TOPIC, validate_only=False):
    """Of AlterConfigs v0."""
    return array([i8(kind) + string(name) + array([string(k) + string(v) for k, v in values])]) + i8(validate_only)


def changes(name, operations, kind=TOPIC, validate_only=False):
    """Of IncrementalAlterConfigs v0; `operations`: (key, SET, value)."""
    return array([i8(kind) + string(name) + array([string(k) + i8(how) + string(v) for k, how, v in operations])]) + i8(validate_only)


def named_result(connection, key, version, body):
    """(error, message) of the only item of a reply of CreateTopics v2, CreatePartitions v0 or DeleteTopics v1, which has no message."""
    reply = connection.ask(key, version, body)
    reply.i32()
    return reply.array(lambda: (reply.string(), (reply.i16(), None if key == DELETE_TOPICS else reply.string())))[0][1]


def config_result(connection, key, body):
    """(error, message) of the only resource of AlterConfigs v0 or IncrementalAlterConfigs v0."""
    reply = connection.ask(key, 0, body)
    reply.i32()
    return reply.array(lambda: ((reply.i16(), reply.string()), reply.i8(), reply.string()))[0][0]


def create(connection, *words, **more):
    return named_result(connection, CREATE_TOPICS, 2, new_topic(*words, **more))


def delete(connection, name):
    return named_result(connection, DELETE_TOPICS, 1, array([string(name)]) + TIMEOUT)[0]


def described_configs(connection, name, kind=TOPIC):
    """DescribeConfigs v1: (error, {key: (value, source)})"""
    reply = connection.ask(DESCRIBE_CONFIGS, 1, array([i8(kind) + string(name) + array(None)]) + i8(0))
    reply.i32()

    def entry():
        key, value, _, source, _ = reply.string(), reply.string(), reply.i8(), reply.i8(), reply.i8()
        reply.array(lambda: (reply.string(), reply.string(), reply.i8()))
        return key, (value, source)

    def resource():
        error, _, _, _ = reply.i16(), reply.string(), reply.i8(), reply.string()
        return error, dict(reply.array(entry))
    return reply.array(resource)[0]


def producer_id(connection):
    """InitProducerId v0: (error, id)"""
    reply = connection.ask(INIT_PRODUCER_ID, 0, string(None) + i32(1000))
    reply.i32()
    return reply.i16(), reply.i64()
