"""Brokers whose wall clocks are moved: one with its metadata on its own disk or in a ZooKeeper, and three of one cluster."""
import contextlib
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "cluster"), str(TESTS)]
import three_brokers  # noqa: E402  (the path above comes first)
from fault_broker import FaultBroker  # noqa: E402
from fault_shim import Shim  # noqa: E402
from services.services import ZooKeeper  # noqa: E402

SESSION_MS = 3000
# So short that a jump which counted as time would end sessions, and that producers and offsets would be forgotten if it did.
SETTINGS = ("log.flush.offset.checkpoint.interval.ms=200", "offsets.retention.check.interval.ms=300",
            "log.retention.ms=-1")


class MovedMember(three_brokers.Member):
    def command(self):
        self.shim = getattr(self, "shim", None) or Shim(self.folder / "orders", self.data)
        return ["env", *(f"{name}={value}" for name, value in self.shim.environment().items()), *super().command()]


three_brokers.Member = MovedMember


class One:
    def __init__(self, broker):
        self.broker, self.brokers = broker, [broker]

    def complaints(self):
        return [] if self.broker.process.poll() is None else [f"the broker ended: {self.broker.output()[-300:]}"]


class Three:
    """The topic's load goes to its leaders; the clock that moves is each broker's in turn."""

    def __init__(self, cluster):
        self.brokers = list(cluster.members.values())
        self.broker = self.brokers[0]

    def complaints(self):
        wrong = []
        for member in self.brokers:
            if member.process.poll() is not None:
                wrong.append(f"broker {member.node} ended: {member.output()[-300:]}")
                continue
            with three_brokers.Connection(member) as connection:
                if (seen := three_brokers.brokers_of(connection)[0]) != set(three_brokers.IDS):
                    wrong.append(f"broker {member.node} knows of {seen} only")
            wrong += [f"broker {member.node}: {line}" for line in member.output().splitlines() if "fenc" in line or "expired" in line]
        return wrong


@contextlib.contextmanager
def single(folder):
    with FaultBroker(folder, SETTINGS) as broker:
        broker.must_start()
        yield One(broker)


@contextlib.contextmanager
def zookeeper(folder):
    with ZooKeeper(folder / "ensemble") as service:
        with FaultBroker(folder, (*SETTINGS, f"/metadata/config/connect=127.0.0.1:{service.port}", f"/metadata/config/session_timeout={SESSION_MS}"),
                         "zookeeper") as broker:
            broker.must_start()
            yield One(broker)


@contextlib.contextmanager
def three(engine, folder):
    with three_brokers.Cluster(engine, folder, [*SETTINGS, f"broker.session.timeout.ms={SESSION_MS}", "broker.heartbeat.interval.ms=500"]) as cluster:
        yield Three(cluster)


WORLDS = {"single": single, "zookeeper": zookeeper, "three-kraft": lambda folder: three("kraft", folder),
          "three-zookeeper": lambda folder: three("zookeeper", folder)}
