"""The clients of the matrix: how each is built, spoken to, and what it cannot say."""
from dataclasses import dataclass

from . import build, kcat
from .build import HERE, java, venv_python
from .console import Console
from .program import Program
from .records import Limits, kafka_python_shape


@dataclass(frozen=True)
class Client:
    name: str
    about: str
    prepare: object  # build folder -> None
    adapter: object
    limits: Limits = Limits()


def python(name):
    return Program(lambda artefacts: [venv_python(artefacts), HERE / "clients/python" / name])


def go(name):
    return Program(lambda artefacts: [artefacts / "compat-go", name])


def kafka_clients(version):
    return Client(f"java-{version}", "Apache Kafka's own client", build.java_clients(version),
                  Program(lambda artefacts: java(artefacts, version, "CompatClient")))


def console(version):
    return Client(f"console-{version}", "kafka-topics, kafka-console-producer, kafka-console-consumer", build.java_clients(version),
                  Console(version), Limits(timestamps=False))


CLIENTS = [
    Client("kcat", "Debian's kcat", build.kcat, kcat.Kcat(), Limits(kcat.shape, timestamps=False)),
    Client("librdkafka", "a C program over Debian's librdkafka", build.c_client, Program(lambda artefacts: [artefacts / "compat-c"])),
    Client("kafka-python", "pure Python", build.python_clients, python("kafka_python_client.py"), Limits(kafka_python_shape)),
    Client("confluent-kafka", "Python over its own, newer librdkafka", build.python_clients, python("confluent_client.py")),
    Client("franz-go", "Go", build.go_clients, go("franz")),
    Client("sarama", "Go", build.go_clients, go("sarama")),
    *(kafka_clients(version) for version in ("4.3.1", "3.9.2")),
    *(console(version) for version in ("4.3.1", "3.9.2")),
]
