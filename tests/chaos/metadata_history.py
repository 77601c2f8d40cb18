"""What clients of a cluster were told while its metadata store failed, and the promises checked on it. Pure: no process, no connection.

Records: what was acknowledged is at its offset, once, in order. Commits: none is lost, none comes back. Topics: what was created with
success is there with one id, what was deleted is gone, a setting is the last one that was acknowledged or one of unknown outcome.
Controllers: one in an epoch. Leaders: one in an epoch of a partition, and what a process tells never goes back.
"""
import collections
import threading

PRESENT, ABSENT, EITHER = "present", "absent", "either"


class Offices:
    """Who was the controller in which epoch, as brokers and the ensemble say it."""

    def __init__(self):
        self.holders = collections.defaultdict(dict)  # epoch -> {controller: who said so first}
        self.terms = collections.defaultdict(set)  # epoch -> {transaction that began it}
        self.seen = collections.Counter()
        self.wrong = []
        self.last = {}  # source -> epoch

    def note(self, source, epoch, controller, term=None):
        """`source` says so; a source is one life of a process."""
        if epoch < 0 or controller < 0:
            return
        self.seen[source] += 1
        self.holders[epoch].setdefault(controller, source)
        if term is not None:
            self.terms[epoch].add(term)
        if epoch < self.last.get(source, -1):
            self.wrong.append(f"{source} told of epoch {self.last[source]}, and then of {epoch}")
        self.last[source] = max(epoch, self.last.get(source, -1))

    def problems(self):
        found = list(self.wrong)
        found += [f"epoch {epoch} has controllers {dict(sorted(who.items()))}" for epoch, who in sorted(self.holders.items()) if len(who) > 1]
        found += [f"epoch {epoch} began {len(begun)} times" for epoch, begun in sorted(self.terms.items()) if len(begun) > 1]
        return found


class Leaders:
    """Who led which partition in which epoch."""

    def __init__(self):
        self.holders, self.last, self.wrong = {}, {}, []

    def note(self, source, view):
        for name, (identity, partitions) in view.topics.items():
            for partition, (_, leader, epoch) in partitions.items():
                at = identity, partition
                if epoch < self.last.get((source, at), -1):
                    self.wrong.append(f"{source} told of leader epoch {self.last[source, at]} of {name}-{partition}, and then of {epoch}")
                self.last[source, at] = epoch
                if leader >= 0 and self.holders.setdefault((at, epoch), leader) != leader:
                    self.wrong.append(f"{name}-{partition} has leaders {self.holders[at, epoch]} and {leader} in epoch {epoch}")


class Records:
    """One topic's records, numbered as they were sent."""

    def __init__(self, partitions):
        self.acknowledged = [{} for _ in range(partitions)]  # offset -> number
        self.read = [{} for _ in range(partitions)]  # by the reader that goes along
        self.wrong = []

    def count(self):
        return sum(map(len, self.acknowledged))

    def problems(self, found):
        """`found`: what is stored, {offset: number} of each partition."""
        out = list(self.wrong)
        for partition, stored in enumerate(found):
            for what, told in ("acknowledged", self.acknowledged[partition]), ("read", self.read[partition]):
                lost = [(offset, number) for offset, number in told.items() if stored.get(offset) != number]
                out += [f"partition {partition}: record {number} was {what} at offset {offset}, there is {stored.get(offset)}" for offset, number in lost[:3]]
                out += [f"partition {partition}: {len(lost)} records that were {what} are not there"] if len(lost) > 3 else []
            numbers = [number for _, number in sorted(stored.items())]
            out += [f"partition {partition}: record {n} is stored {c} times" for n, c in collections.Counter(numbers).items() if c > 1]
            if numbers != sorted(numbers):
                out.append(f"partition {partition}: records are not in the order they were sent")
        return out


class Commits:
    """Of one group on one topic."""

    def __init__(self):
        self.acknowledged, self.asked, self.wrong = collections.Counter(), collections.Counter(), []
        self.count = 0

    def ask(self, partition, offset):
        self.asked[partition] = max(self.asked[partition], offset)

    def acknowledge(self, partition, offset):
        self.acknowledged[partition] = max(self.acknowledged[partition], offset)
        self.count += 1

    def begins(self, partition, offset, acknowledged):
        """A member was given the partition, when so much was acknowledged, and reads on at `offset`."""
        if offset < acknowledged:
            self.wrong.append(f"partition {partition}: {acknowledged} was committed, and a member begins at {offset}")

    def problems(self, committed):
        return self.wrong + [f"partition {p}: {offset} is committed, acknowledged was {self.acknowledged[p]}, asked for {self.asked[p]}"
                             for p, offset in committed.items() if not self.acknowledged[p] <= max(offset, 0) <= self.asked[p]]


class Topics:
    """What was asked of the controller, and what came of it. Names are never used again. From any thread."""

    def __init__(self):
        self.states, self.values, self.ids, self.wrong = {}, collections.defaultdict(set), {}, []
        self.done, self.refused = collections.Counter(), collections.Counter()
        self.lock = threading.Lock()

    def created(self, name, outcome):
        """Outcomes: True, False (refused: nothing was done), None (not known)."""
        with self.lock:
            self.states[name] = {True: PRESENT, False: ABSENT, None: EITHER}[outcome]

    def deleted(self, name, outcome):
        with self.lock:
            self.states[name] = {True: ABSENT, False: self.states[name], None: EITHER}[outcome]

    def altered(self, name, value, outcome):
        with self.lock:
            if outcome is True:
                self.values[name].discard(None)
                self.values[name] = {one for one in self.values[name] if one[1] is None} | {(value, True)}
            elif outcome is None:
                self.values[name].add((value, None))

    def names(self, state):
        with self.lock:
            return [name for name, one in self.states.items() if one == state]

    def note(self, source, view):
        """The ids that a broker tells are those of always."""
        for name, (identity, _) in view.topics.items():
            if self.ids.setdefault(name, identity) != identity:
                self.wrong.append(f"topic {name} had id {self.ids[name]}, and {source} says {identity}")

    def problems(self, view):
        """Of a view without changes under way."""
        with self.lock:
            lost = [f"topic {name} was created, and is not there" for name, state in self.states.items() if state == PRESENT and name not in view.topics]
            back = [f"topic {name} was deleted, or its creation refused, and is there" for name, state in self.states.items()
                    if state == ABSENT and name in view.topics]
        return lost + back

    def value_problems(self, name, value):
        with self.lock:
            allowed = {one[0] for one in self.values[name]}
            is_sure = any(one[1] for one in self.values[name])
        if not allowed or (not is_sure and value not in allowed) or value in allowed:
            return []
        return [f"topic {name}: a setting is {value}, acknowledged or of unknown outcome were {sorted(allowed)}"]
