"""Builds the clients, starts the broker, plays the matrix, prints it, stops the broker."""
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from services.deployments import deployment

from . import deployments, report
from . import options as command_line
from .broker import ROOT
from .groups import report as groups_report
from .groups.play import Groups
from .jobs import Failure, Run
from .matrix import Matrix

ARTEFACTS = ROOT / "build/compat"


def main():
    options = command_line.parse()
    if options.list:
        lines = groups_report.listing(options.clients) if options.groups else (f"{client.name:16} {client.about}" for client in options.clients)
        print("\n".join(lines))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the broker is stopped on the way out
    unready = prepare([*options.clients, options.hand] if options.groups else options.clients)
    if options.prepare:
        for client, why in unready.items():
            print(f"FAIL {client.name}: {why}")
        return 1 if unready else 0
    work = Path(tempfile.mkdtemp(prefix="barnabas-compat-"))
    try:
        return play_stores(options, work, unready) if options.offsets else play(options, work, unready)
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)


def prepare(clients):
    """Builds and fetches; a client that cannot be had fails all of its cells."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    unready = {}
    for client in clients:
        try:
            client.prepare(ARTEFACTS)
        except Failure as failure:
            unready[client] = str(failure)
    return unready


def play_stores(options, work, unready):
    """A table for each place of the offsets; all of them, though one fails."""
    bad = []
    for store in options.offsets:
        print(f"\noffsets in {store}", flush=True)
        (work / store).mkdir()
        with deployment(store, work / store / "server") as place:
            if play(options, work / store, unready, place):
                bad.append(store)
    print(f"\noffsets in {', '.join(options.offsets)}: {'not all cells pass in ' + ', '.join(bad) if bad else 'all cells pass'}")
    return 1 if bad else 0


def play(options, work, unready, place=None):
    start = time.monotonic()
    broker = None
    try:
        if not options.bootstrap:
            broker = deployments.start(options, work, place)
        first_timestamp = int(time.time() * 1000) - options.records  # the last record's time is not in the future
        run = Run(options.bootstrap or broker.bootstrap, options.records, first_timestamp, work, ARTEFACTS)
        played = (Groups if options.groups else Matrix)(options, run, broker, unready)
        played.play()
    except Failure as failure:
        print(f"FAIL {failure}\n0 passed, 1 failed")
        return 1
    finally:
        why_stop = broker.stop() if broker else None
    print("\n".join((groups_report if options.groups else report).lines(played)))
    verdicts = [*played.verdicts(), *([("the broker stops on SIGTERM", why_stop)] if broker else [])]
    failures = [(what, why) for what, why in verdicts if why is not None]
    print(f"\nkept {work}\n" if options.keep else "")
    for line in report.reasons(failures):
        print(line)
    topics = "" if options.groups else f", {len(played.topics)} topics"
    print(f"{options.records} records per topic{topics}, {time.monotonic() - start:.0f} s")
    print(f"{len(verdicts) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0
