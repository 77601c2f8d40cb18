"""The deployments of conf/ that are more than one broker alone: a broker on a real ZooKeeper, and three brokers of either engine; and those on
an ensemble of three servers."""
import contextlib
import time

from cluster.three_brokers import Cluster
from harness.admin import metadata
from harness.wire import Connection
from services.services import ZooKeeper, ZooKeeperEnsemble

from .broker import Broker, default_command
from .jobs import Failure, last_words

DEPLOYMENTS = ("single", "zookeeper", "three-kraft", "three-zookeeper", "three-ensemble")
KNOWN_SECONDS = 30
NO_WAIT = "group.initial.rebalance.delay.ms=0"  # of the first rebalance: it would be most of what the cells of groups last


def start(options, work, place=None):
    """What the clients talk to: it has `bootstrap`, alive(), stop() and segments(), as Broker."""
    if options.broker or options.deployment == "single":
        return Broker(options.broker or default_command(options.storage, options.groups, place), work)
    if options.deployment == "zookeeper":
        return BrokerOnZooKeeper(options.groups, work)
    if options.deployment == "three-ensemble":
        return ThreeOnEnsemble(options.groups, work)
    return ThreeBrokers(options.deployment.removeprefix("three-"), options.groups, work)


class BrokerOnZooKeeper(Broker):
    def __init__(self, groups, work):
        with contextlib.ExitStack() as stack:
            self.ensemble = stack.enter_context(ZooKeeper(work / "ensemble"))
            connect = f"/metadata/config/connect=127.0.0.1:{self.ensemble.port}"
            super().__init__(default_command("zookeeper", groups) + f" --override {connect}", work)
            stack.pop_all()

    def stop(self):
        try:
            return super().stop()
        finally:
            self.ensemble.kill()


class ThreeBrokers:
    """Clients are told of the last broker alone, which is not the controller: of the others it tells them."""

    def __init__(self, engine, groups, work, connect=None):
        self.data = work / "data"
        self.data.mkdir()
        self.cluster = Cluster(engine, self.data, [NO_WAIT] if groups else [], connect=connect)
        try:
            self.cluster.__enter__()
        except RuntimeError as error:
            raise Failure(f"three brokers could not be started: {error}") from None
        self.members = list(self.cluster.members.values())
        self.bootstrap = self.members[-1].address

    def alive(self):
        return all(member.process.poll() is None for member in self.members)

    def stop(self):
        """None, or what was wrong about the end of one of them."""
        ended = [member for member in self.members if member.process.poll() is not None]
        codes = self.cluster.stop()
        wrong = [f"broker {member.node} ended by itself: {last_words(member.output())}" for member in ended]
        wrong += [f"broker {node} ended with {code} after SIGTERM" for node, code in codes.items() if code != 0]
        return "; ".join(wrong) or None

    def until_known(self, topic):
        """What one of them has made the others hear of a moment later; a client that asks before takes it for missing, some of them for long."""
        for member in self.members:
            with Connection(member) as connection:
                deadline = time.monotonic() + KNOWN_SECONDS
                while metadata(connection, [topic])[2][topic][0] != 0:
                    if time.monotonic() > deadline:
                        raise Failure(f"broker {member.node} has not heard of {topic} within {KNOWN_SECONDS} s")
                    time.sleep(0.01)

    def segments(self, topic):
        """Of the topic's first partition, which lies on one of them."""
        return sorted(self.data.glob(f"broker-*/data/{topic}-0/*.log"))


class ThreeOnEnsemble(ThreeBrokers):
    """Three brokers on zookeeper, and the ensemble is three servers."""

    def __init__(self, groups, work):
        with contextlib.ExitStack() as stack:
            self.ensemble = stack.enter_context(ZooKeeperEnsemble(work / "ensemble"))
            super().__init__("zookeeper", groups, work, self.ensemble.connect)
            stack.pop_all()

    def stop(self):
        try:
            return super().stop()
        finally:
            self.ensemble.__exit__()
