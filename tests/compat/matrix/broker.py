"""The broker under test: a foreground process on a free port with a data folder of its own."""
import os
import shlex
import socket
import subprocess
import time
from pathlib import Path

from ports import free_port

from .jobs import Failure, last_words

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 60
STOP_SECONDS = 30
CONFS = {"segment": "conf/single.yaml", "memory": "conf/memory.yaml", "zookeeper": "conf/zookeeper.yaml"}


def default_command(storage, groups, place=None):
    """A first rebalance that waits for more members would be most of what the cells of groups last. `place`: of the offsets."""
    conf = place.conf if place else CONFS[storage]
    overrides = ["listeners=PLAINTEXT://127.0.0.1:{port}", "log.dirs={dir}", *(["group.initial.rebalance.delay.ms=0"] if groups else []),
                 *(place.overrides() if place else [])]
    program = f"{os.environ.get('BARNABAS_BUILD', 'build/release')}/bin/barnabas"
    return " ".join([f"{program} server start {conf}", *(f"--override {one}" for one in overrides)])


class Broker:
    def __init__(self, command, work):
        port = free_port()
        self.bootstrap = f"127.0.0.1:{port}"
        self.data = work / "data"
        self.data.mkdir()
        self.log = work / "broker.log"
        argv = shlex.split(command.replace("{port}", str(port)).replace("{dir}", shlex.quote(str(self.data))))
        try:
            with self.log.open("wb") as log:
                self.process = subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(os.environ, PORT=str(port)))
        except OSError as error:
            raise Failure(f"the broker could not be started: {error}") from None
        self._wait(port)

    def _wait(self, port):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.alive():
                raise Failure(f"the broker ended while starting: {last_words(self.log.read_text(errors='replace'))}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise Failure(f"the broker did not listen within {START_SECONDS} s; see {self.log}")

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        """None, or what was wrong about its end."""
        if not self.alive():
            return f"the broker ended by itself with {self.process.returncode}: {last_words(self.log.read_text(errors='replace'))}"
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return f"the broker did not stop within {STOP_SECONDS} s of SIGTERM"
        return None

    def until_known(self, topic):
        """One broker knows what it has made."""

    def segments(self, topic):
        """The segment files of the topic's only partition, in order; the data folder may be nested in the given one."""
        return sorted([*self.data.glob(f"{topic}-0/*.log"), *self.data.glob(f"*/{topic}-0/*.log")])
