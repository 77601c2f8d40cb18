"""A full disk, errors of the disk, and a slow one, each under a real client's load.

A kind is a function of a Trial that returns what is wrong. What the shim did is counted there.
"""
import contextlib
import errno
import functools
import os
import pathlib
import shutil
import signal
import subprocess
import time

import fault_shim as shim
from fault_broker import FaultBroker
from fault_history import GROUP, TOPIC, History
from fault_load import Load
from harness import admin, groups
from harness.wire import fetch

STORAGE_ERROR = 56
AGAIN = {3, 5, 6, 7, 14, 15, 16, 41, 56}  # codes after which a client asks again
SMALL_IMAGE = 24 << 20


class Trial:
    """One broker with a topic, a group and a load on it."""

    def __init__(self, folder, settings=(), data=None):
        self.folder = pathlib.Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.history = History()
        self.broker = FaultBroker(self.folder, settings, data=data)
        self.shim = self.broker.shim

    def __enter__(self):
        self.broker.must_start()
        with self.broker.connect() as connection:
            self.history.make_topic(connection)
            self.history.make_topic(connection, "gone", 1)
            self.history.send(connection, "gone", count=40)
            groups.ready(connection, GROUP)
            self.history.commit(connection, 1)
        self.load = Load(self.broker, self.history).__enter__()
        return self

    def __exit__(self, *words):
        self.shim.disarm()
        self.load.__exit__(*words)
        self.broker.__exit__(*words)

    def lives(self):
        return [] if not self.broker.ended() else [f"the process ended with {self.broker.code}: {self.broker.said()[-300:]}"]

    def answers(self, within_s=3, partition=1):
        """What does not depend on the disk that fails: Metadata, and a fetch of what was written before."""
        wrong, begun = [], time.monotonic()
        try:
            with self.broker.connect(timeout_s=within_s) as connection:
                if admin.metadata(connection, [TOPIC])[2][TOPIC][0]:
                    wrong.append("Metadata answers an error")
                answer = fetch(connection, TOPIC, 0, partition)
                if answer is None or answer[1][0][0] or not answer[1][0][2]:
                    wrong.append(f"a fetch is answered {answer and answer[1][0][:2]}")
        except OSError as error:
            wrong.append(f"no answer in {within_s} s: {error}")
        if time.monotonic() - begun > within_s:
            wrong.append(f"answers took {time.monotonic() - begun:.1f} s")
        return wrong

    def is_whole_after(self, how=signal.SIGTERM):
        """After a restart everything acknowledged is there."""
        wrong = self.load.stop()
        if self.broker.process is not None and (code := self.broker.end(how)) not in (0, 1, -signal.SIGKILL):
            wrong.append(f"ended with {code}")
        if not self.broker.start():
            return [*wrong, f"does not start again, code {self.broker.code}: {self.broker.said()[-300:]}"]
        return wrong + self.history.must_be_whole(self.broker)


def full(trial, ops=shim.NEEDS_ROOM, part="", half=False, seconds=1.5):
    """No room for files that have `part` in their path; then there is."""
    wrong = []
    if not trial.load.goes_on():
        return ["there is no load to begin with"]
    trial.shim.arm(ops, shim.HALF if half else shim.FAIL, part=part, error=errno.ENOSPC)
    begun = time.monotonic()
    codes = set()
    while time.monotonic() - begun < seconds and not trial.broker.ended():
        wrong += trial.answers()
        with contextlib.suppress(OSError, AttributeError), trial.broker.connect() as connection:
            codes.add(trial.history.send(connection, count=10))
            codes.add(trial.history.commit(connection, trial.history.asked + 1))
            name = f"new-{trial.history.number}"
            codes.add(trial.history.make_topic(connection, name, 1)[0])
            if name in trial.history.topics:
                codes.add(trial.history.send(connection, name))
        if wrong:
            break
    if trial.shim.fired == 0:
        wrong.append("nothing happened to the disk")
    trial.shim.disarm()
    wrong += trial.lives()
    wrong += [f"a client is told {code}, after which it does not ask again" for code in codes - AGAIN - {0, None}]
    if not wrong and not trial.load.goes_on():
        wrong.append(f"nothing is acknowledged in 15 s after there is room again; last words: {trial.broker.said()[-300:]}")
    if not wrong:
        wrong += trial.load.stop() + trial.history.must_be_whole(trial.broker)
    return wrong + trial.is_whole_after(signal.SIGKILL)


def full_image(trial_of, folder):
    """A real file system without room: a topic is deleted, then more can be written."""
    image, mount = folder / "image", folder / "mount"
    mount.mkdir(parents=True)
    with open(image, "wb") as file:
        file.truncate(SMALL_IMAGE)
    made = subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], capture_output=True)
    if made.returncode or subprocess.run(["mount", "-o", "loop", image, mount], capture_output=True).returncode:
        return None  # this machine mounts nothing
    try:
        with trial_of(mount / "data") as trial:
            return fill_and_empty(trial, mount)
    finally:
        subprocess.run(["umount", mount], check=False)


def fill_and_empty(trial, mount):
    with trial.broker.connect() as connection:
        trial.history.make_topic(connection, "filler", 1)
        big = [trial.history.send(connection, "filler", count=2000) for _ in range(20)]
    if any(big):
        return [f"filling was answered {big}"]
    with open(mount / "filler", "wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
            file.flush()
    deadline = time.monotonic() + 20
    while time.monotonic() - trial.load.last_ack < 1 and time.monotonic() < deadline:
        time.sleep(0.05)  # polls the client's thread
    wrong = [] if time.monotonic() - trial.load.last_ack >= 1 else ["records are acknowledged on a full disk"]
    trial.shim.total += 1  # the file system did it
    wrong += trial.answers() + trial.lives()
    with trial.broker.connect() as connection:
        if (error := trial.history.drop_topic(connection, "filler")) != 0:
            wrong.append(f"a topic cannot be deleted on a full disk: error {error}")
    if not wrong and not trial.load.goes_on():
        wrong.append("nothing is acknowledged in 15 s after a topic was deleted")
    os.unlink(mount / "filler")
    return wrong + trial.is_whole_after(signal.SIGKILL)


def once(trial, ops, part="", act=None):
    """An error of the disk, once; then it works again, and is not believed."""
    if not trial.load.goes_on():
        return ["there is no load to begin with"]
    trial.shim.arm(ops, shim.FAIL, times=1, part=part, error=errno.EIO)
    if act is not None:
        act(trial)
    if not trial.shim.wait_for_fault(15):
        return ["nothing happened to the disk"]
    wrong = []
    if trial.broker.ended(within_s=1):
        if trial.broker.code != 1 or "Input/output error" not in trial.broker.said():
            wrong.append(f"ended with {trial.broker.code}: {trial.broker.said()[-300:]}")
    else:
        wrong += is_fenced(trial)
    trial.shim.disarm()
    trial.load.abandon()
    wrong += [line for line in trial.is_whole_after() if "PURGE" not in line]
    return wrong


def logs(data):
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in data.rglob("*.log") if "__cluster_metadata" not in str(path)}


def is_fenced(trial):
    """The directory is out of service: nothing is appended to what is in it any more, and clients are told."""
    if "is offline since an I/O error" not in trial.broker.said():
        return [f"neither fenced nor ended: {trial.broker.said()[-300:]}"]
    wrong, before = [], logs(trial.broker.data)
    for partition in range(2):
        with trial.broker.connect() as connection:
            if (error := trial.history.send(connection, partition=partition)) != STORAGE_ERROR:
                wrong.append(f"a fenced directory: produce is answered {error}")
    if not wrong and logs(trial.broker.data) != before:
        wrong.append("a fenced directory took an append")
    return wrong


def slow(trial, ops, part, stall_ms=10000, act=None, everything=True):
    """Calls that take ten seconds: what does not need the disk goes on, and memory stays what it was."""
    if not trial.load.goes_on():
        return ["there is no load to begin with"]
    with trial.broker.connect() as connection:
        member = groups.Member(connection, "members")
        groups.ready(connection, "members")
        if member.join() or member.sync({member.id: b"all"})[0]:
            return ["the member could not join"]
        memory = trial.broker.rss_kib()
        trial.shim.arm(ops, shim.STALL, part=part, stall_ms=stall_ms)
        if act is not None:
            act(trial)
        if not trial.shim.wait_for_fault(15):
            return ["nothing happened to the disk"]
        wrong, begun = [], time.monotonic()
        acked = trial.load.acked
        while everything and not wrong and time.monotonic() - begun < stall_ms / 1000 - 1:
            wrong += trial.answers(within_s=2)
            asked = time.monotonic()
            if (error := member.heartbeat()) != 0 or time.monotonic() - asked > 2:
                wrong.append(f"a heartbeat took {time.monotonic() - asked:.1f} s: error {error}")
        grown = trial.broker.rss_kib() - memory
        if grown > 64 << 10:
            wrong.append(f"memory grew by {grown} KiB")
        trial.stalled_acks = trial.load.acked - acked
        trial.shim.disarm()
        if not trial.load.goes_on():
            wrong.append("nothing is acknowledged in 15 s after the disk is fast again")
    return wrong + trial.lives() + trial.is_whole_after()


def with_client(act):
    def does(trial):
        with contextlib.suppress(OSError, AttributeError), trial.broker.connect(timeout_s=2) as connection:
            act(trial, connection)
    return does


make = with_client(lambda trial, connection: trial.history.make_topic(connection, "fresh", 1))
send_there = with_client(lambda trial, connection: (trial.history.make_topic(connection, "fresh", 1), trial.history.send(connection, "fresh")))
commit = with_client(lambda trial, connection: trial.history.commit(connection, trial.history.asked + 1))
read = with_client(lambda trial, connection: fetch(connection, TOPIC, 0, 0))


def read_again(trial):
    """Of a broker that has just started, which knows of its older segments only what it reads."""
    trial.shim.orders.armed = 0
    trial.broker.end(signal.SIGTERM)
    trial.broker.must_start()
    trial.shim.orders.armed = 1
    read(trial)


def send_once(trial):
    """Octets that cannot be sent end the connection, and nothing else: the next one has them."""
    if not trial.load.goes_on():
        return ["there is no load to begin with"]
    trial.shim.arm(shim.SEND, shim.FAIL, times=1, part=f"/{TOPIC}-1", error=errno.EIO)
    with trial.broker.connect() as connection:
        answer = fetch(connection, TOPIC, 0, 1)
    wrong = [] if answer is None or answer[1][0][2] else [f"a fetch is answered {answer}"]
    if not trial.shim.wait_for_fault(5):
        wrong.append("nothing happened to the disk")
    return wrong + trial.answers() + trial.lives() + trial.is_whole_after()


ACK = ("/storage/config/flush=ack",)
CHECKPOINT = ("log.flush.offset.checkpoint.interval.ms=200",)
SNAPSHOT = ("/metadata/config/snapshot_bytes=1000",)
# name: (what is done, settings of the broker)
KINDS = {
    "full": (full, ()),
    "full-half": (functools.partial(full, ops=shim.WRITE, half=True), ()),
    "full-log": (functools.partial(full, part=".log"), ()),
    "full-roll": (functools.partial(full, ops=shim.CREATE, part=".log"), ()),
    "full-index": (functools.partial(full, part="index", seconds=3), ()),
    "full-checkpoint": (functools.partial(full, part="-checkpoint"), CHECKPOINT),
    "full-snapshot": (functools.partial(full, part=".snapshot"), ()),
    "full-metadata": (functools.partial(full, part="__cluster_metadata"), ()),
    "full-metadata-snapshot": (functools.partial(full, part=".checkpoint.part", seconds=3), SNAPSHOT),
    "full-offsets": (functools.partial(full, part="__consumer_offsets"), ()),
    "full-new-folder": (functools.partial(full, ops=shim.MKDIR | shim.CREATE, part="/new-"), ()),
    "error-append": (functools.partial(once, ops=shim.WRITE, part=f"/{TOPIC}-0"), ()),
    "error-roll": (functools.partial(once, ops=shim.CREATE, part=".log"), ()),
    "error-index": (functools.partial(once, ops=shim.WRITE, part="index"), ()),
    "error-sync": (functools.partial(once, ops=shim.SYNC, part=f"/{TOPIC}-1"), ACK),
    "error-checkpoint-sync": (functools.partial(once, ops=shim.SYNC, part="-checkpoint"), CHECKPOINT),
    "error-checkpoint-rename": (functools.partial(once, ops=shim.RENAME, part="-checkpoint"), CHECKPOINT),
    "error-read": (functools.partial(once, ops=shim.READ, part=f"/{TOPIC}-0/", act=read_again), ()),
    "error-send": (send_once, ()),
    "error-metadata-write": (functools.partial(once, ops=shim.WRITE, part="__cluster_metadata", act=make), ()),
    "error-metadata-sync": (functools.partial(once, ops=shim.SYNC, part="__cluster_metadata", act=make), ()),
    "error-offsets": (functools.partial(once, ops=shim.WRITE, part="__consumer_offsets", act=commit), ()),
    "error-new-folder": (functools.partial(once, ops=shim.MKDIR, act=send_there), ()),
    "slow-sync": (functools.partial(slow, ops=shim.SYNC, part=f"/{TOPIC}-0"), ACK),
    "slow-checkpoint": (functools.partial(slow, ops=shim.SYNC, part="-checkpoint"), CHECKPOINT),
    "slow-metadata": (functools.partial(slow, ops=shim.SYNC, part="__cluster_metadata", act=make), ()),
    "slow-append": (functools.partial(slow, ops=shim.WRITE, part=f"/{TOPIC}-0", stall_ms=2000, everything=False), ()),
}
