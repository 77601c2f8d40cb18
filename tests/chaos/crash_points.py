"""Ends the broker process at its k-th change of a file, in everything that a broker does with files, and starts it on what is left."""
import collections
import shutil
import signal
import time

from fault_broker import FaultBroker
from fault_history import GROUP, History
from fault_shim import CHANGES, KILL, WRITE
from harness.groups import ready

FAR = 1 << 40
Phase = collections.namedtuple("Phase", "name template begin act settings", defaults=((),))
OVER_S = 3  # in which what a phase waits for comes


def until(seconds, ask):
    """Polls the process and its files: there is nothing else to wait on."""
    deadline = time.monotonic() + seconds
    while not ask() and time.monotonic() < deadline:
        time.sleep(0.01)


def asked(act):
    """An act of a client, which the end of the broker cuts short."""
    def attempt(broker, history):
        try:
            with broker.connect(timeout_s=10) as connection:
                act(broker, history, connection)
        except (OSError, AttributeError):  # no connection, or none any more
            pass
    return attempt


def start(broker, _):
    broker.start()


def roll(_, history, connection):
    for turn in range(40):
        if history.send(connection, partition=turn % 2, count=4) is None:
            return


def create(_, history, connection):
    history.make_topic(connection, "fresh", 3)
    for partition in range(3):
        history.send(connection, "fresh", partition)


def delete(broker, history, connection):
    history.drop_topic(connection, "gone")
    until(OVER_S, lambda: broker.ended() or not list(broker.data.glob("gone-*")))


def checkpoint(broker, history, connection):
    place = broker.data / "replication-offset-checkpoint"

    def written():
        return place.stat().st_mtime_ns if place.exists() else 0
    for _ in range(2):
        before = written()
        history.send(connection)
        until(OVER_S, lambda: broker.ended() or written() != before)


def stop(broker, history, connection):
    history.send(connection)
    connection.socket.close()
    broker.end(signal.SIGTERM)


def commit(_, history, connection):
    ready(connection, GROUP, timeout_s=10)
    for offset in range(history.asked + 1, history.asked + 6):
        history.commit(connection, offset)


def snapshot(_, history, connection):
    for i in range(12):
        history.make_topic(connection, f"many-{i}", 2)


PHASES = [
    Phase("start-empty", "empty", False, start),
    Phase("start-clean", "clean", False, start),
    Phase("start-killed", "killed", False, start),
    Phase("segment-roll", "killed", True, asked(roll)),
    Phase("topic-create", "clean", True, asked(create)),
    Phase("topic-delete", "killed", True, asked(delete)),
    Phase("checkpoint", "killed", True, asked(checkpoint), ("log.flush.offset.checkpoint.interval.ms=100",)),
    Phase("clean-stop", "killed", True, asked(stop)),
    Phase("commit", "topics", True, asked(commit)),
    Phase("metadata-snapshot", "clean", True, asked(snapshot), ("/metadata/config/snapshot_bytes=1500",)),
]


def make_templates(folder):
    """{name: history} of data folders to begin with."""
    made = {"empty": History()}
    (folder / "empty/data").mkdir(parents=True)
    for name in ("topics", "clean", "killed"):
        history = made[name] = History()
        (folder / name).mkdir()
        with FaultBroker(folder / name) as broker:
            broker.must_start()
            with broker.connect() as connection:
                history.make_topic(connection)
                history.make_topic(connection, "gone", 1)
                for turn in range(60):
                    history.send(connection, partition=turn % 2, count=4)
                history.send(connection, "gone")
                if name != "topics":
                    commit(broker, history, connection)
            broker.end(signal.SIGKILL if name == "killed" else signal.SIGTERM)
    return made


class Sweep:
    """One phase. `tell` takes a line for each thing that is wrong."""

    def __init__(self, phase, folder, templates, tell, torn=False):
        self.phase, self.folder, self.templates, self.tell, self.torn = phase, folder, templates, tell, torn
        self.ops = WRITE if torn else CHANGES
        self.fired = 0

    @property
    def name(self):
        return f"{self.phase.name}{', torn' if self.torn else ''}"

    def run(self, k):
        """Whether the process ended at its k-th change. Without one, the phase went to its end: the number of changes is in `count`."""
        place = self.folder / "run"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        shutil.copytree(self.folder / self.phase.template / "data", place / "data")
        history = self.templates[self.phase.template].copy()
        with FaultBroker(place, self.phase.settings) as broker:
            if self.phase.begin:
                broker.must_start()
            broker.shim.arm(self.ops, KILL, first=k, torn=self.torn)
            self.phase.act(broker, history)
            self.count = broker.shim.orders.seen
            killed = broker.shim.fired > 0
            where = broker.shim.where if killed else "nowhere"
            broker.shim.disarm()
            if killed:
                self.fired += 1
                until(10, broker.ended)
                if broker.code != -signal.SIGKILL:
                    self.tell(f"{self.name}, k = {k} ({where}): ended with {broker.code}")
            else:
                broker.end(signal.SIGKILL)
            self.tell_all(k, where, self.after(broker, history))
        return killed

    def tell_all(self, k, where, wrong):
        for line in wrong:
            self.tell(f"{self.name}, k = {k} ({where}): {line}")

    @staticmethod
    def after(broker, history):
        """Starts on what is left: all is there, and a second start finds nothing to mend that the first did not."""
        if not broker.start():
            return [f"does not start again, code {broker.code}: {broker.said()[-300:]}"]
        found = history.must_be_whole(broker)
        found += [f"after a crash of the process: {line}" for line in broker.repairs() if "not served" in line]
        if history.topics:
            with broker.connect() as connection:
                if (error := history.send(connection)) != 0:
                    found.append(f"produce is answered {error} after the start")
        broker.end(signal.SIGKILL)
        if not broker.start():
            return [*found, f"does not start a second time, code {broker.code}: {broker.said()[-300:]}"]
        found += [f"the second start mended: {line}" for line in broker.repairs()]
        found += history.must_be_whole(broker)
        if (code := broker.end(signal.SIGTERM)) != 0:
            found.append(f"a clean stop ended with {code}")
        return found

    def points(self, chance, rounds):
        """The k to try: all of them, or as many as `rounds`, after a run that shows how many there are."""
        self.run(FAR)
        every = range(1, self.count + 1)
        return every if not rounds or rounds >= len(every) else sorted(chance.sample(every, rounds))
