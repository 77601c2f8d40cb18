"""The clients: how each is built and started, and which cells it cannot do, with the reason."""
from dataclasses import dataclass, field

from .. import build
from ..build import HERE, venv_python
from . import build_members

NO_848 = "has no KIP-848 protocol"
NO_COOPERATIVE = "has no cooperative assignor"
NO_STATIC = "has no static members"
NO_PATTERN = "subscribes to names only"


@dataclass(frozen=True)
class Client:
    name: str
    about: str
    prepare: object  # build folder -> None
    command: object  # build folder -> the program and its first arguments
    lacks: dict = field(default_factory=dict, hash=False)  # cell -> why; "848" stands for all of KIP-848
    older_lacks: dict = field(default_factory=dict, hash=False)  # more of it in the versions that an older Go builds

    def why_not(self, cell):
        lacks = self.lacks | self.older_lacks if self.older_lacks and not build.go_is_new() else self.lacks
        return lacks.get(cell) or lacks.get(cell.partition("-")[0])


def python(name, about, program, lacks=()):
    return Client(name, about, build.python_clients, lambda artefacts: [venv_python(artefacts), HERE / "clients/python" / program], dict(lacks))


def go(name, word, lacks=(), older_lacks=()):
    return Client(name, "Go", build.go_clients, lambda artefacts: [artefacts / "compat-go", word, "members"], dict(lacks), dict(older_lacks))


def java(version, lacks=()):
    return Client(f"java-{version}", "Apache Kafka's own client", build_members.java_members(version),
                  lambda artefacts: build_members.java_command(artefacts, version), dict(lacks))


OLDER_GO = "came after the version that this Go builds"
OLD_JAVA = {"848": NO_848, "coop": NO_COOPERATIVE, "static": NO_STATIC}
FLEET = [
    Client("librdkafka", "a C program over Debian's librdkafka", build.c_client, lambda artefacts: [artefacts / "compat-c", "members"], {"848": NO_848}),
    python("confluent-kafka", "Python over its own, newer librdkafka", "confluent_members.py"),
    python("kafka-python", "pure Python", "kafka_python_members.py", {"848": NO_848}),
    python("aiokafka", "Python, asyncio", "aiokafka_members.py", {"848": NO_848, "coop": NO_COOPERATIVE}),
    Client("kafkajs", "JavaScript", build_members.node_members, build_members.node_command,
           {"848": NO_848, "coop": NO_COOPERATIVE, "static": NO_STATIC, "later": "looks for the topics of a pattern once, when it subscribes"}),
    go("franz-go", "franz", older_lacks={"848": OLDER_GO}),
    go("sarama", "sarama", {"848": NO_848, "regex": NO_PATTERN, "later": NO_PATTERN, "seek": "cannot seek within a group's session"}, {"coop": OLDER_GO}),
    go("kafka-go", "segmentio", {"848": NO_848, "coop": NO_COOPERATIVE, "static": NO_STATIC, "regex": NO_PATTERN, "later": NO_PATTERN}),
    Client("rdkafka", "Rust over librdkafka", build_members.rust_members, lambda artefacts: [artefacts / "rust/target/release/members"]),
    java("4.3.1"),
    java("3.9.2", {"848": "is a preview there, without patterns"}),
    java("2.8.2", {"848": NO_848}),
    java("1.1.1", OLD_JAVA),
    java("0.11.0.3", OLD_JAVA),
]
HAND = FLEET[1]
