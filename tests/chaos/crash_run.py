"""One run of crashes: a broker that is ended in some hard way again and again under the load of record_load.py, the history of it all, the
verdict on it, and the controls without which the verdict counts for nothing.
"""
import itertools
import pathlib
import re
import shutil
import signal
import subprocess
import time

from harness.broker import Broker
from harness.groups import delete_offset, ready
from harness.wire import Connection, create_topic
from raw_client import GROUP, RawClient, ask_committed
from record_checker import Checker
from record_history import Recorder, events
from record_load import GROUPS, PARTITIONS, TOPIC, Load, whole
from record_plants import Plants, missed

LIMIT_S = 10  # from the start of a broker to produce, fetch and commit by every client
MOST_UNSERVED = 3  # then a run goes on no further
FIRST_LIMIT_S = 30  # the first life: clients look for their groups' coordinators and join
SEGMENT_BYTES = 1 << 20  # the smallest, so that logs roll
SETTINGS = ["group.initial.rebalance.delay.ms=0", "group.consumer.heartbeat.interval.ms=300"]
KILLED, IN_ORDER = -signal.SIGKILL, 0  # codes


class CrashBroker(Broker):
    """Whose lives are written down. `place`, when given, has the data."""

    def __init__(self, recorder, folder, flush, place=None):
        super().__init__("single", [*SETTINGS, f"/storage/config/flush={flush}"], folder)
        self.recorder, self.lives, self.place, self.begun = recorder, 0, place, 0

    @property
    def data(self):
        return self.place or self.folder / "data"

    def begin(self, load=None):
        """Starts it, and waits until it listens."""
        self.begin_life(load)
        self.start()

    def launch(self, for_s):
        """Starts it, and comes back so much later, wherever it is by then."""
        self.begin_life()
        self.log = open(self.folder / "broker.log", "ab")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log, cwd=self.folder)
        time.sleep(for_s)

    def begin_life(self, load=None):
        self.lives += 1
        self.begun = time.monotonic()
        self.recorder.note("broker", "invoke", "life", n=self.lives)
        if load:
            load.life = self.lives

    def until_it_stands(self):
        """After SIGSTOP: no thread is inside of a call any more. Linux tells an fsync that is under way during ext4's shutdown that all went
        well (one in ten of them, in a program of ten lines), which no loss of power does: nobody is there then to hear it."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        while any(state(task) not in "TZX" for task in tasks.iterdir()):
            time.sleep(0.001)  # polls another process's state; there is nothing else to wait on

    def finish(self, how, number, expected, **more):
        """Ends it; it may have ended by itself, which the verdict sees by the code."""
        try:
            rss = re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())
        except FileNotFoundError:  # it has ended
            rss = None
        code = self.stop(number)
        self.recorder.note("broker", "ok", "life", how=how, code=code, expected=[int(one) for one in expected], rss=int(rss[1]) if rss else 0, **more)
        return code


def state(task):
    """Of a thread, as /proc tells it; X when it is gone."""
    try:
        return (task / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


class CrashRun:
    def __init__(self, folder, flush, place=None):
        self.folder, self.flush = folder, flush
        self.recorder = Recorder(folder / "history")
        self.broker = CrashBroker(self.recorder, folder, flush, place)
        self.load, self.wrong, self.wholes = None, [], 0

    def begin(self, suffix="", forgets=False):
        """The first life, with the topic in it."""
        self.broker.begin()
        with Connection(self.broker) as connection:
            error, message = create_topic(connection, TOPIC, PARTITIONS, [("segment.bytes", str(SEGMENT_BYTES))])
            assert error == 0, message
        self.new_load(suffix, forgets)

    def new_load(self, suffix="", forgets=False):
        self.load = Load(self.recorder, self.broker.port, suffix, forgets)
        self.load.life = self.broker.lives
        self.load.start(RawClient(self.load, f"raw{suffix}", [group + suffix for group in GROUPS]))

    def until_alive(self, limit_s=LIMIT_S):
        """Until everybody was answered in this life: I20. Seconds, or none."""
        last = []
        while waiting := self.load.waiting():
            last = waiting
            if time.monotonic() - self.broker.begun > limit_s or self.broker.process.poll() is not None:
                self.recorder.note("broker", "fail", "alive", limit=limit_s, without=waiting)
                return None
            time.sleep(0.002)  # a watch over threads that live on; there is no end to wait for
        after = time.monotonic() - self.broker.begun
        self.recorder.note("broker", "ok", "alive", after=round(after, 3), limit=limit_s, last=last)
        return after

    def cycles(self, count, one):
        """What one(number) says of each: first of all whether everybody was served in time."""
        outcomes = []
        for number in range(1, count + 1):
            outcomes.append(one(number))
            if [served for served, *_ in outcomes].count(False) == MOST_UNSERVED:
                break
        return outcomes

    def read_whole(self):
        self.wholes += 1
        return whole(self.recorder, self.broker.port, f"whole-{self.wholes}")

    def end(self):
        """Everything is read once more by somebody new, before the broker and after it was started again. What went wrong with clients."""
        self.wrong += self.load.stop()
        if self.load.forgets:
            self.load.leave()
        self.read_whole()
        self.broker.finish("stopped", signal.SIGTERM, [IN_ORDER])
        self.broker.begin()
        with Connection(self.broker) as connection:
            for group in [*GROUPS, GROUP]:
                ready(connection, group + self.load.suffix)
                ask_committed(self.recorder, "late", connection, group + self.load.suffix)
        self.read_whole()
        self.broker.finish("stopped", signal.SIGTERM, [IN_ORDER], early=True)
        self.recorder.close()

    def thrown_away(self):
        """The real control: in a copy of the data a log loses its tail and a group its offset; a broker of its own tells what is left."""
        copy = self.folder / "control"
        copy.mkdir()
        subprocess.run(["cp", "-a", "--sparse=always", self.broker.data, copy / "data"], check=True)
        log = max(one for one in (copy / f"data/{TOPIC}-0").glob("*.log") if one.stat().st_size)
        with open(log, "r+b") as file:
            file.truncate(log.stat().st_size // 2)
        recorder, group = Recorder(self.folder / "control-history"), GROUP + self.load.suffix
        with CrashBroker(recorder, copy, self.flush) as broker, Connection(broker) as connection:
            whole(recorder, broker.port, "thrown-away")
            ready(connection, group)
            delete_offset(connection, group, TOPIC, 1)
            ask_committed(recorder, "thrown-away", connection, group)
        recorder.close()
        shutil.rmtree(copy)
        return recorder.path, [("I1", "thrown-away finds"), ("I13", "thrown-away is told")]

    def verdict(self):
        """(checker, what is wrong, which controls were not found)"""
        checker = Checker()
        wrong = self.wrong + checker.check(events(self.recorder.path))
        control, expected = self.thrown_away()
        plants = Plants()
        expected = plants.survey(events(self.recorder.path)) + expected
        lines = Checker().check(itertools.chain(plants.spoilt(events(self.recorder.path)), events(control)))
        return checker, wrong, missed(expected, lines)


def tell(checker, wrong, void, most=20):
    """Prints what is wrong; true when nothing is."""
    for line in wrong[:most]:
        print(f"wrong: {line}")
    if len(wrong) > most:
        print(f"wrong: and {len(wrong) - most} more: {dict(checker.findings.counts)}")
    for line in void:
        print(f"void: planted was {line}, and it was not found")
    records, groups, lives = checker.records, checker.groups, checker.lives
    kept = sum(map(len, records.acknowledged.values()))
    print(f"{len(records.sums)} sent, {kept} acknowledged and kept, {records.lost} acknowledged and lost, {len(records.refused)} refused, "
          f"{len(records.sums) - kept - records.lost - len(records.refused)} of unknown outcome, {len(records.values)} stored, {groups.commits} commits of a partition acknowledged, {groups.lost} of them lost, "
          f"{lives.lives} lives, everybody served after {lives.total_s / max(1, lives.served):.2f} s on the average, {lives.slowest_s:.2f} s at most, {lives.highest_kib // 1024} MiB at most, "
          f"controls {'NOT found' if void else 'found'}", flush=True)
    return not wrong and not void
