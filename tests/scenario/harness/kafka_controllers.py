"""Controllers of Apache Kafka, each a JVM of its own, and brokers of ours that take their seats under them."""
import os
import pathlib
import signal
import socket
import subprocess
import time

from .broker import PROGRAM, Broker, free_port
from .kafka_tools import KAFKA

RELEASE = "4.3.1"
CLUSTER_ID = "c2VhdC1vZi1vdXJzLTAwMA"
WITHOUT = ("transaction.version=0", "share.version=0", "streams.version=0")  # what brokers of ours do not have yet
START_S = 240  # of a JVM on a machine that has much else to do
HEAP = {"KAFKA_HEAP_OPTS": "-Xms64M -Xmx256M", "KAFKA_OPTS": "-XX:TieredStopAtLevel=1"}


def within(seconds, ask):
    """The first answer that is true; the last one when there is none in time. It polls other processes: nothing else can be waited on."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Controller:
    """One of a quorum, a JVM."""

    def __init__(self, quorum, node, port):
        self.node, self.port = node, port
        self.folder = quorum.folder / f"controller-{node}"
        self.folder.mkdir(parents=True)
        self.process = None
        self.properties = self.folder / "server.properties"

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([KAFKA, "-v", RELEASE, "class", "kafka.Kafka", self.properties], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, **HEAP})
        return self

    def listens(self):
        assert self.process.poll() is None, self.output()
        return is_open(self.port)

    def stop(self, how=signal.SIGKILL):
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    def output(self):
        return (self.folder / "log").read_text(errors="replace")


class Controllers:
    """A quorum of `count`; `with` starts and stops it. `tools` (KafkaTools) formats it."""

    def __init__(self, folder, tools, count=1, features=WITHOUT, settings=(), cluster_id=CLUSTER_ID):
        self.folder = pathlib.Path(folder)
        self.nodes = {}
        ports = {node: free_port() for node in range(101, 101 + count)}
        voters = ",".join(f"{node}@127.0.0.1:{port}" for node, port in ports.items())
        self.addresses = ",".join(f"127.0.0.1:{port}" for port in ports.values())
        for node, port in ports.items():
            controller = self.nodes[node] = Controller(self, node, port)
            controller.properties.write_text("\n".join([
                "process.roles=controller", f"node.id={node}", f"controller.quorum.voters={voters}", "controller.listener.names=CONTROLLER",
                f"listeners=CONTROLLER://127.0.0.1:{port}", f"log.dirs={controller.folder}/data", *settings, ""]))
            words = [word for feature in features for word in ("--feature", feature)]
            code, out, err = tools.run("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", controller.properties, *words)
            assert code == 0, out + err

    def __enter__(self):
        for controller in self.nodes.values():
            controller.start()
        for controller in self.nodes.values():
            assert within(START_S, controller.listens), controller.output()
        return self

    def __exit__(self, *_):
        for controller in self.nodes.values():
            controller.stop()


class SeatedBroker(Broker):
    """Follows controllers at `addresses`."""

    def __init__(self, folder, node, addresses, settings=(), directories=("data",), rack=None):
        folder = pathlib.Path(folder) / f"broker-{node}"
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder / "broker.yaml", settings, folder)
        self.node = node
        kafka = {"process.roles": "broker", "controller.listener.names": "CONTROLLER", "controller.quorum.bootstrap.servers": addresses,
                 "broker.heartbeat.interval.ms": 200}
        self.conf.write_text("\n".join([
            "node: {id: %d%s}" % (node, f", rack: {rack}" if rack else ""),
            f"listeners:\n  - {{name: PLAINTEXT, address: 127.0.0.1:{self.port}}}",
            "storage: {use: segment, config: {dirs: [%s]}}" % ", ".join(f"{self.folder}/{one}" for one in directories),
            "metadata: {use: kraft}", "kafka:", *(f"  {key}: {value}" for key, value in kafka.items()), ""]))

    def start_process(self):
        """Without waiting until it serves."""
        self.log = open(self.folder / "broker.log", "ab")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log, cwd=self.folder)
        return self

    def listens(self):
        return is_open(self.port)

    def command(self):
        return [str(PROGRAM), "server", "start", str(self.conf), *(word for one in self.overrides for word in ("--override", one))]
