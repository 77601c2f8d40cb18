"""What was measured as rows of Markdown: of each figure the three brokers, how much better ours is, what was wished for, and whether it is reached."""
import statistics
from typing import NamedTuple

from peers import Kafka, Null, Ours

HEAD = "| | ours | null broker | Apache Kafka | better than null by | better than Kafka by | goal | reached |\n|---|---|---|---|---|---|---|---|"


class Row(NamedTuple):
    """`kafka`, `null`: so many times better than it ours shall be, at least; `most`: so much it may be, at most."""
    what: str
    better: str = "less"
    kafka: float | None = None
    null: float | None = None
    most: float | None = None


def number(value):
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def spread(values):
    """Median and range."""
    if not values:
        return ""
    middle, low, high = map(number, (statistics.median(values), min(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({low}..{high})"


def ratios(better, mine, theirs):
    """More than 1 is in our favour. Of each pair; where one side was measured less often, of its median."""
    if not mine or not theirs:
        return []
    if len(mine) != len(theirs):
        theirs = [statistics.median(theirs)] * len(mine)

    def ratio(worse, good):
        return worse / good if good else float("inf")
    return [ratio(b, a) if better == "less" else ratio(a, b) for a, b in zip(mine, theirs)]


def verdict(row, mine, over):
    """What was wished for, and whether the medians reach it. `over`: {name of a side: ratios}"""
    asked = [("Kafka", row.kafka, over.get(Kafka.name)), ("null", row.null, over.get(Null.name))]
    goals = [(name, f"{name} {number(least)}", statistics.median(found) >= least) for name, least, found in asked if least is not None and found]
    if row.most is not None and mine:
        goals.append(("bound", f"at most {number(row.most)}", statistics.median(mine) <= row.most))
    kinds = {reached for _, _, reached in goals}
    if len(kinds) < 2:
        told = "".join("yes" if reached else "no" for reached in kinds)
    else:
        told = ", ".join(f"{name} {'yes' if reached else 'no'}" for name, _, reached in goals)
    return "; ".join(goal for _, goal, _ in goals), told


def line(row, at, found):
    """The figure at this place of `found`: {name of a side: [[figure of each row] of each run]}; None: not taken."""
    taken = {name: [run[at] for run in runs if run[at] is not None] for name, runs in found.items()}
    mine = taken.get(Ours.name, [])
    over = {name: ratios(row.better, mine, taken.get(name)) for name in (Null.name, Kafka.name)}
    sides = [spread(taken.get(name)) for name in (Ours.name, Null.name, Kafka.name)]
    return "| " + " | ".join([row.what, *sides, spread(over[Null.name]), spread(over[Kafka.name]), *verdict(row, mine, over)]) + " |"


def lines(rows, found):
    return [line(row, at, found) for at, row in enumerate(rows)] if any(found.values()) else []
