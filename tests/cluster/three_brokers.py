"""Three brokers of conf/three-brokers on free ports, each a process of its own, with the ZooKeeper that they may need.

    with Cluster("kraft", folder) as cluster:
        cluster.bootstrap; cluster[1].stop(signal.SIGKILL); cluster[1].start()
"""
import contextlib
import pathlib
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "scenario")]
from harness.broker import SOURCE, Broker  # noqa: E402  (the paths above come first)
from harness.wire import METADATA, Connection, array  # noqa: E402
from ports import free_port  # noqa: E402
from services.services import ZooKeeper  # noqa: E402

ENGINES = ("kraft", "zookeeper")
IDS = (1, 2, 3)


def brokers_of(connection):
    """({id}, id of the controller), by Metadata v1."""
    reply = connection.ask(METADATA, 1, array([]))
    found = reply.array(lambda: (reply.i32(), reply.string(), reply.i32(), reply.string()))
    return {node for node, *_ in found}, reply.i32()


class Member(Broker):
    """One broker of a cluster; `controller_port` is the voter's, 0 without one, and `voter_port` where this broker looks for it."""

    def __init__(self, engine, node, folder, controller_port, voter_port, overrides):
        super().__init__(SOURCE / f"conf/three-brokers/{engine}-{node}.yaml", overrides, folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.node = node
        self.controller_port = controller_port
        self.voter_port = voter_port
        self.inner = None  # (port, the one that is told) of a listener for the other brokers alone

    def command(self):
        words = super().command()
        if self.controller_port:
            words += ["--override", f"controller.quorum.voters=1@127.0.0.1:{self.voter_port}"]
        if self.controller_port and self.node == 1:
            place = words.index(f"listeners=PLAINTEXT://{self.address}")
            words[place] += f",CONTROLLER://127.0.0.1:{self.controller_port}"
        if self.inner:
            words[words.index(f"listeners=PLAINTEXT://{self.address}")] += f",INNER://127.0.0.1:{self.inner[0]}"
            for override in ("inter.broker.listener.name=INNER", "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INNER:PLAINTEXT",
                             f"advertised.listeners=PLAINTEXT://{self.address},INNER://127.0.0.1:{self.inner[1]}"):
                words += ["--override", override]
        return words


class Cluster:
    """`own`: {id: overrides of this broker alone}; `ports`: of the brokers, where they must be known before; `link`: through which port a
    broker reaches the one of its ensemble or voter; `inner`: through which port the others reach a broker's listener for them, which it has
    then, on zookeeper."""

    def __init__(self, engine, folder, overrides=(), ports=(), connect=None, own=None, link=lambda node, port: port, inner=None):
        self.engine = engine
        self.folder = pathlib.Path(folder)
        self.overrides = list(overrides)
        self.own = own or {}
        self.ports = dict(zip(IDS, ports))
        self.connect = connect  # of an ensemble that is there already: a text, or for each broker its own by a function of the id
        self.link, self.inner = link, inner
        self.zookeeper = None
        self.members = {}

    def __getitem__(self, node):
        return self.members[node]

    @property
    def bootstrap(self):
        return ",".join(member.address for member in self.members.values())

    def start(self):
        if self.engine == "zookeeper" and self.connect is None:
            self.zookeeper = ZooKeeper(self.folder / "ensemble").start()
        controller_port = free_port() if self.engine == "kraft" else 0
        for node in IDS:
            overrides = [*self.overrides, *self.own.get(node, ())]
            if self.engine == "zookeeper":
                connect = self.connect(node) if callable(self.connect) else self.connect
                overrides.append(f"/metadata/config/connect={connect or f'127.0.0.1:{self.link(node, self.zookeeper.port)}'}")
            voter_port = self.link(node, controller_port) if controller_port and node != 1 else controller_port
            self.members[node] = Member(self.engine, node, self.folder / f"broker-{node}", controller_port, voter_port, overrides)
            if self.inner and self.engine == "zookeeper":
                port = free_port()
                self.members[node].inner = port, self.inner(node, port)
            self.members[node].port = self.ports.get(node, self.members[node].port)
        with ThreadPoolExecutor(len(IDS)) as together:
            list(together.map(Member.start, self.members.values()))
        self.until_complete()
        return self

    def until_complete(self, nodes=IDS, timeout_s=30):
        """Each of these brokers has heard of all of them, and of a controller."""
        deadline = time.monotonic() + timeout_s
        for member in (self.members[node] for node in nodes):
            with Connection(member) as connection:
                while (seen := brokers_of(connection))[0] != set(nodes) or seen[1] not in nodes:
                    if time.monotonic() > deadline:
                        raise RuntimeError(f"broker {member.node} knows of {seen} only:\n{member.output()}")
                    time.sleep(0.02)  # polls another process

    def stop(self, how=signal.SIGTERM):
        """The voter last: brokers that leave ask it. {id: exit code}"""
        codes = {node: self.members[node].stop(how) for node in reversed(IDS) if node in self.members}
        if self.zookeeper is not None:
            self.zookeeper.kill()
        return codes

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.callback(self.stop)
            self.start()
            stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stop()
