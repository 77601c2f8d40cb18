"""Consumers that commit higher and higher offsets, and the ledger of what was acknowledged to them.

Each worker is a thread with a connection and consumers of its own, which commit all at once, again and again, whatever happens to broker and
store. The ledger knows for each consumer the highest offset that was acknowledged and the highest that was ever asked for: what is stored
lies between them, or something was lost, moved backwards or made up.
"""
import contextlib
import threading
import time

from harness.groups import OFFSET_COMMIT, committed
from harness.wire import Connection, Reader, array, frame, header, i32, i64, string

TOPIC = "orders"
LATER = {14, 15, 16}  # the coordinator loads, is not there, is not here
PARTITIONS = 3
PAUSE_S = 0.02  # before a consumer that was refused asks again
LOOK_EVERY = 40  # rounds


class Worker(threading.Thread):
    def __init__(self, load, groups):
        super().__init__(daemon=True)
        self.load = load
        self.written = {(group, p): 0 for group in groups for p in range(PARTITIONS)}
        self.acknowledged = dict(self.written)
        self.groups, self.connection, self.count, self.refused, self.idle = groups, None, 0, 0, threading.Event()

    def run(self):
        rounds = 0
        while not self.load.ended:
            if not self.load.running.is_set():
                self.idle.set()
                self.load.running.wait(1)
                continue
            self.idle.clear()
            try:
                if self.connection is None:
                    self.connection = Connection(self.load, 60)
                self.commit_all()
                rounds += 1
                if rounds % LOOK_EVERY == 0:
                    self.look()
            except (OSError, AttributeError):  # the connection is gone, perhaps before an answer that was asked for
                self.drop()
                time.sleep(PAUSE_S)
        self.drop()

    def drop(self):
        self.refused += 1
        if self.connection is not None:
            self.connection.socket.close()
        self.connection = None

    def commit_all(self):
        asked, out = [], []
        for at in self.written:
            self.written[at] += 1
            self.connection.correlation += 1
            asked.append((self.connection.correlation, at, self.written[at]))
            out.append(commit_frame(self.connection.correlation, at, self.written[at]))
        self.connection.send(b"".join(out))
        refused = 0
        for correlation, at, offset in asked:
            answer = self.connection.receive()
            if answer is None:
                raise ConnectionError
            reply = Reader(answer)
            if reply.i32() != correlation:
                self.load.wrong.append(f"{at}: an answer to something else")
            error = reply.array(lambda reply=reply: (reply.string(), reply.array(lambda: (reply.i32(), reply.i16()))))[0][1][0][1]
            if error == 0:
                self.acknowledged[at] = offset
                self.count += 1
            elif error in LATER:
                refused += 1
            else:
                self.load.wrong.append(f"{at}: a commit ended with error {error}")
        self.refused += refused
        if refused:
            time.sleep(PAUSE_S)

    def look(self):
        """Nothing is under way here, so what is committed is between the two."""
        for group in self.groups:
            self.load.wrong += self.differences(group, *committed(self.connection, group, range(PARTITIONS), TOPIC))

    def differences(self, group, error, found):
        if error in LATER:
            return
        if error:
            yield f"{group}: looking ended with error {error}"
        for (_, partition), (offset, _, error) in found.items():
            at = group, partition
            if error not in LATER and (error or not self.acknowledged[at] <= max(offset, 0) <= self.written[at]):
                yield f"{at}: {offset} is committed, error {error}, acknowledged was {self.acknowledged[at]}, asked for {self.written[at]}"


class CommitLoad:
    def __init__(self, broker, workers=4, groups=8):
        self.broker, self.wrong, self.running, self.ended = broker, [], threading.Event(), False
        self.workers = [Worker(self, [f"group-{w}-{g}" for g in range(groups)]) for w in range(workers)]
        for worker in self.workers:
            worker.start()

    @property
    def port(self):
        return self.broker.port

    def count(self):
        return sum(worker.count for worker in self.workers)

    def refused(self):
        return sum(worker.refused for worker in self.workers)

    def reaches(self, what, goal, timeout_s):
        """Commits until what() is at least `goal`; false when that takes too long."""
        self.running.set()
        deadline = time.monotonic() + timeout_s
        while what() < goal and time.monotonic() < deadline:
            time.sleep(0.005)  # a watch over threads that live on; there is no end to wait for
        return what() >= goal

    def rest(self, timeout_s=90):
        """Nothing is under way any more."""
        self.running.clear()
        for worker in self.workers:
            worker.idle.clear()
        return all(worker.idle.wait(timeout_s) for worker in self.workers)

    def differences(self, timeout_s=60):
        """Of a resting load: what a new connection reads, once the broker has it loaded. Nothing is left out."""
        found = []
        with contextlib.closing(Connection(self, timeout_s).socket) as socket:
            for worker in self.workers:
                for group in worker.groups:
                    found += self.settled(worker, group, socket, time.monotonic() + timeout_s)
        return found

    def settled(self, worker, group, socket, deadline):
        connection = Connection.__new__(Connection)
        connection.socket, connection.correlation = socket, 0
        while True:
            error, found = committed(connection, group, range(PARTITIONS), TOPIC)
            errors = {error, *(each[2] for each in found.values())}
            if not errors & LATER:
                return list(worker.differences(group, error, found))
            if time.monotonic() > deadline:
                return [f"{group}: still not to be read: errors {errors}"]
            time.sleep(0.05)  # polls another process's state; there is nothing else to wait on

    def end(self):
        self.ended = True
        self.running.set()
        for worker in self.workers:
            worker.join(90)


def commit_frame(correlation, at, offset):
    """OffsetCommit v2 of one offset by nobody in particular."""
    group, partition = at
    return frame(header(OFFSET_COMMIT, 2, correlation) + string(group) + i32(-1) + string("") + i64(-1)
                 + array([string(TOPIC) + array([i32(partition) + i64(offset) + string("")])]))
