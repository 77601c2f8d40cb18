"""A broker process of its own: free port, own data folder, stopped by pid."""
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

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(SOURCE / "tests"))
from ports import free_port  # noqa: E402  (the path above comes first)

BUILD = pathlib.Path(os.environ.get("BARNABAS_BUILD", SOURCE / "build/release")).absolute()  # the programs start in other folders
PROGRAM = BUILD / "bin/barnabas"


def run(*arguments, input=None, check=False, cwd=None, timeout=60, env=None):
    """Runs the program with these arguments and returns the finished process, its output as text."""
    return subprocess.run([str(PROGRAM), *map(str, arguments)], input=input, capture_output=True, text=True, check=check,
                          cwd=cwd, timeout=timeout, env=env)


class Broker:
    """`with Broker() as broker:` starts one and stops it. `conf` names a file of conf/; overrides are KEY=VALUE texts."""

    def __init__(self, conf="single", overrides=(), folder=None):
        self.own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="barnabas-test-"))
        self.conf = conf if "/" in str(conf) else SOURCE / f"conf/{conf}.yaml"
        self.port = free_port()
        self.overrides = list(overrides)
        self.process = None

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def data(self):
        return self.folder / "data"

    def command(self):
        overrides = [f"listeners=PLAINTEXT://{self.address}", *self.overrides]
        if "memory" not in str(self.conf):
            overrides.append(f"log.dirs={self.data}")
        return [str(PROGRAM), "server", "start", str(self.conf), *(word for o in overrides for word in ("--override", o))]

    def start(self, timeout_s=30):
        self.log = open(self.folder / "broker.log", "ab")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log, cwd=self.folder)
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the broker does not serve:\n{self.output()}") from None
                time.sleep(0.01)  # polls another process's port; there is nothing else to wait on

    def stop(self, how=signal.SIGTERM, timeout_s=30):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout_s)
        self.process = None
        self.log.close()
        return code

    def output(self):
        return (self.folder / "broker.log").read_text(errors="replace")

    def rss_kib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1])

    def peak_kib(self):
        return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1])

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
