"""An honest client beside those who attack, in a process of its own: produces and reads back, one after the other, and tells how long each took.

Run as a program: honest_client.py PORT TOPIC. For each line "NAME SECONDS" on its input it works for so long and prints one line of JSON.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scenario"))
from harness.batch import batch, record  # noqa: E402  (the path above comes first)
from harness.wire import FETCH, Connection, array, i8, i32, i64, produce, string  # noqa: E402

PAUSE_S = 0.004  # between two requests: its work is regular, not as much as there is room for


class Port:
    def __init__(self, port):
        self.port = port


def read_back(connection, topic, offset):
    part = i32(0) + i64(offset) + i64(-1) + i32(1 << 16)
    body = i32(-1) + i32(500) + i32(1) + i32(1 << 16) + i8(0) + i32(0) + i32(-1) + array([string(topic) + array([part])]) + array([])
    reply = connection.ask(FETCH, 7, body)
    return reply is not None and b"honest" in reply.data


def work(connection, topic, seconds):
    times, failures = [], 0
    data = batch([record(value=b"honest" * 150)])
    end = time.monotonic() + seconds
    while time.monotonic() < end or not times:
        begin = time.monotonic()
        answer = produce(connection, topic, data)
        middle = time.monotonic()
        fine = answer is not None and answer[0] == 0 and read_back(connection, topic, answer[1])
        times += [middle - begin, time.monotonic() - middle]
        failures += not fine
        if not fine and (answer is None or answer[0] == 0):
            break  # the connection is gone
        time.sleep(PAUSE_S)
    times.sort()
    return {"requests": len(times), "failures": failures, "p50_ms": times[len(times) // 2] * 1000, "p99_ms": times[len(times) * 99 // 100] * 1000,
            "max_ms": times[-1] * 1000}


class HonestClient:
    """That process, from outside."""

    def __init__(self, port, topic, cores):
        self.process = subprocess.Popen([sys.executable, __file__, str(port), topic], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        os.sched_setaffinity(self.process.pid, cores)
        # It would have a machine of its own: how long it waits for a processor that the broker and the strangers keep busy is not asked here.
        if os.geteuid() == 0:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, -15)

    def begin(self, seconds):
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()

    def told(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"requests": 0, "failures": 1, "p50_ms": 0, "p99_ms": 0, "max_ms": 0}

    def measure(self, seconds):
        self.begin(seconds)
        return self.told()

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)


def main():
    port, topic = int(sys.argv[1]), sys.argv[2]
    connection = Connection(Port(port), 60)
    for line in sys.stdin:
        try:
            told = work(connection, topic, float(line))
        except (OSError, AttributeError, TypeError) as error:  # the connection broke in the middle of an answer
            told = {"requests": 1, "failures": 1, "p50_ms": 0, "p99_ms": 0, "max_ms": 0, "why": repr(error)}
            connection = Connection(Port(port), 60)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
