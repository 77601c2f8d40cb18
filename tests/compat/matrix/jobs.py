"""The words the driver and its adapters share."""
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

IDLE_SECONDS = 10  # a consumer that sees nothing new for so long gives up


@dataclass(frozen=True)
class Run:
    """One run of the matrix, as an adapter sees it."""
    bootstrap: str
    records: int
    first_timestamp: int  # of record 0 in milliseconds, where the client lets us choose
    work: Path
    artefacts: Path


@dataclass(frozen=True)
class ProduceJob:
    topic: str
    codec: str


@dataclass(frozen=True)
class ReadJob:
    """Read `count` records of partition 0 from offset `first`, into `rows`: (offset, timestamp, digest) as 64-bit integers each."""
    topic: str
    first: int
    count: int
    rows: Path


class Failure(Exception):
    """Something a person should read, without a stack trace; with what a process had said until then."""

    def __init__(self, why, stdout=b""):
        super().__init__(why)
        self.stdout = stdout


def last_words(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def run_process(argv, stdin=b"", seconds=60, folder=None):
    """Runs a process to its end and returns its output; it is killed, by its own handle, when the time is up."""
    env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    try:
        done = subprocess.run([str(word) for word in argv], input=stdin, capture_output=True, timeout=seconds, env=env, cwd=folder)
    except FileNotFoundError as missing:
        raise Failure(f"{missing.filename} is not installed (tools/setup.d/compat installs it)") from None
    except subprocess.TimeoutExpired as late:
        words = last_words((late.stderr or b"").decode(errors="replace"))
        raise Failure(f"{argv[0]} did not end within {seconds:.0f} s: {words}", late.stdout or b"") from None
    if done.returncode != 0:
        words = last_words(done.stderr.decode(errors="replace") or done.stdout.decode(errors="replace"))
        raise Failure(f"{argv[0]} ended with {done.returncode}: {words}", done.stdout)
    return done
