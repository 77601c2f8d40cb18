"""Plays all cells of all clients; the offsets that each committed by hand are then read by each."""
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ..jobs import Failure
from .bench import Bench, Hand, check
from .cells import CELLS, committed_by

AT_ONCE = max(2, os.cpu_count() or 2)  # clients; the cells of each run all at once


@dataclass
class Sheet:
    """The verdicts of one client: None is a pass, text the reason of a failure. A cell that it cannot do has none."""
    client: object
    verdicts: dict = field(default_factory=dict)
    cross: dict = field(default_factory=dict)  # name of the writer -> verdict
    bench: object = None
    seconds: float = 0


class Groups:
    def __init__(self, options, run, broker, unready):
        self.options, self.run, self.broker, self.unready = options, run, broker, unready
        self.sheets, self.hand = [], None

    def play(self):
        if self.options.hand in self.unready:
            raise Failure(self.unready[self.options.hand])
        suffix = self.run.work.name.rpartition("-")[2].replace("_", "0")
        self.sheets = [Sheet(client) for client in self.options.clients]
        self.hand = Hand(self._argv(self.options.hand), self.run.records, suffix, self.broker)
        try:
            for part in (self._play_sheet, self._play_cross):
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    list(pool.map(part, self.sheets))
        finally:
            for sheet in self.sheets:
                if sheet.bench:
                    sheet.bench.end()
            self.hand.agent.end()

    def verdicts(self):
        """Every cell with its name."""
        for sheet in self.sheets:
            for cell, why in sheet.verdicts.items():
                yield f"{sheet.client.name} {cell}", why
            for writer, why in sheet.cross.items():
                yield f"{sheet.client.name} reads the offsets of {writer}", why

    def _argv(self, client):
        return [*client.command(self.run.artefacts), self.run.bootstrap]

    def _why_not(self, client):
        if client in self.unready:
            return self.unready[client]
        return "the broker is gone" if self.broker and not self.broker.alive() else None

    def _play_sheet(self, sheet):
        start = time.monotonic()
        cells = [cell for cell in CELLS if cell not in self.options.without and not sheet.client.why_not(cell)]
        why = self._why_not(sheet.client)
        try:
            sheet.bench = None if why else Bench(sheet.client, self.hand, self._argv(sheet.client))
        except Failure as failure:
            why = str(failure)
        if sheet.bench is None:
            sheet.verdicts = {cell: why for cell in cells}
        else:
            with ThreadPoolExecutor(len(cells)) as pool:
                sheet.verdicts = dict(zip(cells, pool.map(lambda cell: why_failed(CELLS[cell][1], sheet.bench), cells)))
        sheet.seconds = time.monotonic() - start

    def _play_cross(self, sheet):
        for writer in self.sheets:
            if "commit" in writer.verdicts and sheet.bench:
                unwritten = writer.verdicts["commit"] and f"{writer.client.name} did not commit"
                sheet.cross[writer.client.name] = unwritten or why_failed(lambda bench: read_committed(bench, writer.bench), sheet.bench)


def read_committed(bench, writer):
    wanted = [str(offset) for offset in committed_by(bench.hand.records)]
    found = bench.agents[0].call("committed", writer.name("commit"), bench.hand.base, len(wanted))
    check(found == wanted, f"read {' '.join(found)} instead of {' '.join(wanted)}")


def why_failed(scenario, bench):
    try:
        scenario(bench)
    except Failure as failure:
        return str(failure)
    return None
