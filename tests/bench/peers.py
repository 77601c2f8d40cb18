"""Brokers to measure, each a process on a folder of its own: ours, the null broker, Apache Kafka; and how figures are written."""
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/scenario")]
from harness.admin import delete  # noqa: E402  (the paths above come first)
from harness.broker import BUILD  # noqa: E402
from harness.wire import Connection, create_topic  # noqa: E402
from ports import free_port  # noqa: E402

KAFKA = ROOT / "tests/compat/kafka/kafka"
PARTITIONS = 6


class Server:
    """`pid`, `port`, `folder`."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="barnabas-bench-"))
        self.port = free_port()

    def spawn(self, command):
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        self.pid = self.process.pid
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit(f"{command[0]} ended while it started") from None
                time.sleep(0.0005)  # polls another process's port

    def topic(self, name, **configs):
        """Makes it; Apache Kafka listens before it can."""
        named = [(key.replace("_", "."), str(value)) for key, value in configs.items()]
        deadline = time.monotonic() + 60
        while True:
            with Connection(self) as connection:
                error, message = create_topic(connection, name, PARTITIONS, named)
            if error in (0, 36):  # there already: the answer before this one came too late
                return
            if time.monotonic() > deadline:
                raise SystemExit(f"{self.name} makes no topic: {error} {message}")
            time.sleep(0.2)  # polls another process's state

    def drop(self, name):
        with Connection(self) as connection:
            delete(connection, name)

    def cpu_s(self):
        words = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.pid}/status").read_text())[1]) / 1024

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()
        shutil.rmtree(self.folder)


class Ours(Server):
    name = "ours"

    def __init__(self, storage="segment", overrides=()):
        super().__init__()
        self.storage, self.overrides = storage, overrides
        self.begin()

    def command(self):
        conf = "memory" if self.storage == "memory" else "single"
        said = [f"listeners=PLAINTEXT://127.0.0.1:{self.port}", *self.overrides]
        if self.storage != "memory":
            said.append(f"log.dirs={self.folder}/data")
        return [BUILD / "bin/barnabas", "server", "start", ROOT / f"conf/{conf}.yaml", *(word for one in said for word in ("--override", one))]

    def begin(self):
        self.spawn(self.command())


class Null(Server):
    """The least that a broker can do; topics are made up on request."""
    name = "null"

    def __init__(self):
        super().__init__()
        self.spawn([BUILD / "tests/null_broker", self.port, self.folder, "write", "sendfile", PARTITIONS])

    def topic(self, name, **configs):
        pass

    def drop(self, name):
        pass


class Kafka(Server):
    name = "Apache Kafka 4.3.1"

    def __init__(self, overrides=()):
        super().__init__()
        self.overrides = overrides
        self.call("start", "kraft", *overrides)
        self.port, self.pid = int(self.call("bootstrap").rpartition(":")[2]), int(self.call("pid"))

    def call(self, *words):
        return subprocess.run([KAFKA, "-d", self.folder / "kafka", *words], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def command(self):
        """What it was started with, to start it again on what it has stored."""
        return pathlib.Path(f"/proc/{self.pid}/cmdline").read_bytes().decode().split("\0")[:-1]

    def stop(self, how=signal.SIGTERM):
        if hasattr(self, "process"):
            return super().stop(how)
        self.call("stop")
        shutil.rmtree(self.folder)


def spread(values):
    return f"{statistics.median(values):.3g} ({min(values):.3g}..{max(values):.3g})"


def table(title, heads, found, better):
    """`found`: {name of a side: [[figure of each head] of each pair]}, ours among them. `better`: of each head, "less" or "more".
    The others' figures over ours, or the other way round, so that more than 1 is in our favour; of each pair."""
    print(f"\n{title}\n| | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")
    for name, runs in found.items():
        print(f"| {name} | {' | '.join(spread([run[i] for run in runs]) for i in range(len(heads)))} |")
    for name, runs in found.items():
        if name != Ours.name:
            ratios = [[theirs[i] / mine[i] if how == "less" else mine[i] / theirs[i] for mine, theirs in zip(found[Ours.name], runs) if mine[i] and theirs[i]]
                      for i, how in enumerate(better)]
            print(f"| **better than {name} by** | {' | '.join(f'**{spread(one)}**' if one else '' for one in ratios)} |")
    sys.stdout.flush()
