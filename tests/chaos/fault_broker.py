"""A broker of its own with the shim in front of its disk and its clock, which may be refused, killed or end by itself."""
import os
import re
import signal
import socket
import subprocess
import time

from fault_shim import Shim
from harness.broker import Broker
from harness.wire import Connection

# Lines that say that something was found damaged, cut off or made anew.
REPAIRS = re.compile(r"recovery: |made anew|made again|is not used|is ignored|octets off the metadata log|passed over a snapshot|left open"
                     r"|is set aside|not served|could not be|are missing")
SETTINGS = ("num.partitions=1", "offsets.topic.num.partitions=1", "group.initial.rebalance.delay.ms=0",
            "log.index.interval.bytes=512", "log.index.size.max.bytes=120",  # a segment ends with its index: after some 5 KB
            "log.segment.delete.delay.ms=0", "log.retention.ms=-1")  # records are of long ago


class FaultBroker(Broker):
    """`settings`: further overrides; `data`: where its directory is, if not in `folder`."""

    def __init__(self, folder, settings=(), conf="single", data=None):
        super().__init__(conf, [*SETTINGS, *settings], folder)
        self.place = data or self.folder / "data"
        self.shim = Shim(self.folder / "orders", self.data)
        self.begun_at = 0  # octets of the log before this start
        self.code = None

    @property
    def data(self):
        return self.place

    def launch(self):
        log = self.folder / "broker.log"
        self.begun_at = log.stat().st_size if log.exists() else 0
        self.log = open(log, "ab")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log, cwd=self.folder,
                                        env={**os.environ, **self.shim.environment()})
        return self

    def start(self, timeout_s=30):
        """True when it serves; False when the process ended, with `code`."""
        self.launch()
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except OSError:
                if self.ended():
                    return False
                time.sleep(0.003)  # polls another process's port; there is nothing else to wait on
        raise RuntimeError(f"the broker neither serves nor ends:\n{self.said()}")

    def must_start(self):
        if not self.start():
            raise RuntimeError(f"the broker was to start, and ended with {self.code}:\n{self.said()}")
        return self

    def ended(self, within_s=0):
        """Whether the process is gone; then `code` is its exit code, or the negative number of its signal."""
        if self.process is None:
            return True
        try:
            self.code = self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            return False
        self.process = None
        self.log.close()
        return True

    def end(self, how=signal.SIGTERM, timeout_s=40):
        if self.process is None:
            return self.code
        self.process.send_signal(how)
        if not self.ended(timeout_s):
            raise RuntimeError(f"the broker does not end:\n{self.said()}")
        return self.code

    def said(self):
        """What this start wrote."""
        with open(self.folder / "broker.log", "rb") as log:
            log.seek(self.begun_at)
            return log.read().decode(errors="replace")

    def repairs(self):
        return [line for line in self.said().splitlines() if REPAIRS.search(line)]

    def connect(self, timeout_s=20):
        return Connection(self, timeout_s)

    def __enter__(self):
        return self  # it is started by who uses it

    def __exit__(self, *_):
        self.shim.disarm()
        if self.process is not None:
            self.end(signal.SIGKILL)
