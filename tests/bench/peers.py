"""Brokers to measure, each a process on a folder of its own: ours, the null broker, Apache Kafka."""
import os
import pathlib
import re
import shutil
import signal
import socket
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


class Failed(Exception):
    """A figure could not be taken."""


class Server:
    """`with Ours() as server:` starts one, and ends it with all that it has stored. It has `pid`, `port`, `folder`."""
    process = None

    def __init__(self, overrides=()):
        self.overrides = overrides
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="barnabas-bench-"))
        self.port = free_port()

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.rest()
        shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self):
        self.spawn(self.command())

    def spawn(self, command):
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        self.pid = self.process.pid
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise Failed(f"{command[0]} ended while it started") from None
                time.sleep(0.0005)  # polls another process's port

    def rest(self, how=signal.SIGTERM):
        """Ends the process and keeps what it has stored."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def topic(self, name, partitions=PARTITIONS, **configs):
        """Makes it; Apache Kafka listens before it can."""
        named = [(key.replace("_", "."), str(value)) for key, value in configs.items()]
        deadline = time.monotonic() + 60
        while True:
            with Connection(self) as connection:
                error, message = create_topic(connection, name, partitions, named)
            if error in (0, 36):  # there already: the answer before this one came too late
                return
            if time.monotonic() > deadline:
                raise Failed(f"{self.name} makes no topic: {error} {message}")
            time.sleep(0.2)  # polls another process's state

    def cpu_s(self):
        """By the clock of its own that a process has on Linux: what /proc says is in steps of 10 ms."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def rss_mib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.pid}/status").read_text())[1]) / 1024

    def live_mib(self):
        """What it holds, without what it once held."""
        return self.rss_mib()


class Ours(Server):
    name, storage = "ours", "segment"

    def command(self):
        conf = "memory" if self.storage == "memory" else "single"
        said = [f"listeners=PLAINTEXT://127.0.0.1:{self.port}", *self.overrides]
        if self.storage != "memory":
            said.append(f"log.dirs={self.folder}/data")
        return [BUILD / "bin/barnabas", "server", "start", ROOT / f"conf/{conf}.yaml", *(word for one in said for word in ("--override", one))]


class Null(Server):
    """The least that a broker can do; topics are made up on request."""
    name = "null broker"

    def command(self):
        return [BUILD / "tests/null_broker", self.port, self.folder, "write", "sendfile", PARTITIONS]

    def topic(self, name, partitions=PARTITIONS, **configs):
        pass


class Kafka(Server):
    """As it comes, but that deleted files go at once and not after a minute, into somebody else's figures."""
    name = "Apache Kafka"

    def call(self, *words):
        return subprocess.run([KAFKA, "-d", self.folder / "kafka", *words], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def begin(self):
        self.call("start", "kraft", "log.segment.delete.delay.ms=0", *self.overrides)
        self.port, self.pid = int(self.call("bootstrap").rpartition(":")[2]), int(self.call("pid"))

    def command(self):
        """What it was started with, to start it again on what it has stored."""
        return pathlib.Path(f"/proc/{self.pid}/cmdline").read_bytes().decode().split("\0")[:-1]

    def rest(self, how=signal.SIGTERM):
        if self.process:
            super().rest(how)
        elif how == signal.SIGTERM:
            self.call("stop")
        else:
            os.kill(self.pid, how)
            while pathlib.Path(f"/proc/{self.pid}").exists():
                time.sleep(0.001)  # polls another process's end

    def drop(self, name):
        with Connection(self) as connection:
            delete(connection, name)
        deadline = time.monotonic() + 30
        while any((self.folder / "kafka/data").glob(f"{name}-*")) and time.monotonic() < deadline:
            time.sleep(0.05)  # polls another process's files

    def live_mib(self):
        subprocess.run(["jcmd", str(self.pid), "GC.run"], check=True, stdout=subprocess.DEVNULL)
        told = subprocess.run(["jcmd", str(self.pid), "GC.heap_info"], check=True, stdout=subprocess.PIPE, text=True).stdout
        return int(re.search(r"used (\d+)K", told)[1]) / 1024
