"""Adapter of kcat. It reads one topic per process and is quick to start.

It cannot choose timestamps, sends the same headers with every record, and says either empty or null: the first half of a
topic is sent with empty keys and values, the second half (-Z) with nulls. The topic is created by sending to it.
"""
import json
import time

from .jobs import IDLE_SECONDS, Failure, run_process
from .records import digest, record
from .rows import write_rows

HEADERS = [("text", b"1"), ("empty", b""), ("null", None)]


def shape(plain, index, count):
    key, value, _ = plain
    if index >= count // 2:
        return key or None, value or None, HEADERS
    if key is None and not value:
        key = b""  # kcat skips a line that is wholly empty
    return key, value or b"", HEADERS


def line(key, value):
    return (value or b"") if key is None and value else (key or b"") + b"\t" + (value or b"")


def header_words():
    for name, value in HEADERS:
        yield "-H"
        yield name if value is None else f"{name}={value.decode()}"


def one_by_one(run, jobs, work):
    """A broker that answers nothing would cost a time limit per job; so all jobs together have one too."""
    verdicts, deadline = {}, time.monotonic() + 60 + len(jobs) * run.records / 5000
    for job in jobs:
        if time.monotonic() > deadline:
            verdicts[job] = "not tried: those before it took too long"
            continue
        try:
            verdicts[job] = work(run, job)
        except (Failure, ValueError, OSError) as failure:
            verdicts[job] = str(failure)
    return verdicts


class Kcat:
    def produce(self, run, jobs):
        return one_by_one(run, jobs, produce)

    def consume(self, run, passes):
        return one_by_one(run, [job for jobs in passes for job in jobs], consume)


def produce(run, job):
    half = run.records // 2
    for first, last, flags in ((0, half, []), (half, run.records, ["-Z"])):
        lines = (line(*shape(record(i), i, run.records)[:2]) + b"\n" for i in range(first, last))
        run_process(["kcat", "-P", "-b", run.bootstrap, "-t", job.topic, "-p", 0, "-K", "\t", "-z", job.codec, *flags, *header_words(),
                     "-X", "enable.idempotence=true", "-X", "acks=all", "-X", "linger.ms=50"],
                    b"".join(lines), 60 + run.records / 5000)
    return None


def consume(run, job):
    words = ["kcat", "-C", "-q", "-J", "-b", run.bootstrap, "-t", job.topic, "-p", 0, "-o", job.first, "-c", job.count,
             "-X", "enable.auto.commit=false", "-X", "check.crcs=true"]
    try:
        done = run_process(words, seconds=IDLE_SECONDS + job.count / 2000)
    except Failure as failure:
        came = failure.stdout.count(b"\n")
        return f"{came} of {job.count} records came; {failure}"
    write_rows(job.rows, map(row, done.stdout.splitlines()))
    return None


def row(text):
    said = json.loads(text)
    flat = said.get("headers") or []
    pairs = [(flat[i], encoded(flat[i + 1])) for i in range(0, len(flat), 2)]
    return said["offset"], said["ts"], digest((encoded(said["key"]), encoded(said["payload"]), pairs))


def encoded(text):
    return None if text is None else text.encode()
