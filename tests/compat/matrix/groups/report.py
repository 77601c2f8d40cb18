"""The table of the groups for a person, and the list of cells and clients."""
from ..report import mark, table
from .cells import CELLS

CROSS = "cross"


def lines(groups):
    yield from table(["client", *CELLS, CROSS, "s"], [row(sheet) for sheet in groups.sheets])


def row(sheet):
    marks = [mark(sheet.verdicts[cell]) if cell in sheet.verdicts else "-" for cell in CELLS]
    read = sum(why is None for why in sheet.cross.values())
    return [sheet.client.name, *marks, f"{read}/{len(sheet.cross)}" if sheet.cross else "-", f"{sheet.seconds:.0f}"]


def listing(clients):
    for cell, (about, _) in CELLS.items():
        yield f"{cell:12} {about}"
    yield f"{CROSS:12} reads the offsets that each client committed by hand: read/written"
    for client in clients:
        yield f"{client.name:16} {client.about}"
        for cell in CELLS:
            if client.why_not(cell):
                yield f"    - {cell:10} {client.why_not(cell)}"
