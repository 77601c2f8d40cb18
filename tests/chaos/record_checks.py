"""Whether a history of record_history.py keeps the promises about records. Pure; takes events one by one.

I1 what was acknowledged is there for every whole reader, with the same octets; what was refused is nowhere. I2 a partition and an offset have
one value for ever and for everybody, and one that somebody sent. I3 offsets of a client's records rise in the order in which they were sent.
I4 a record has one offset at most. I5 no client sees a high watermark go back. I17 a directory that failed takes nothing more in that life.
A `cut` says what an allowed loss has left: what was behind it is counted and forgotten, and may never come back.
"""
import collections

from record_history import identity

MOST_TOLD = 500  # of each promise
STORAGE_ERROR = 56


class Findings:
    """What is wrong, "I1: ..." and so on."""

    def __init__(self):
        self.lines, self.counts = [], collections.Counter()

    def add(self, promise, what):
        self.counts[promise] += 1
        if self.counts[promise] <= MOST_TOLD:
            self.lines.append(f"{promise}: {what}")


class RecordChecks:
    def __init__(self, findings):
        self.found = findings
        self.sums = {}  # id -> sum of what was sent
        self.acknowledged = collections.defaultdict(list)  # partition -> [(offset, id)], in the order of the answers
        self.values = {}  # (partition, offset) -> (id, sum)
        self.places = {}  # id -> (partition, offset)
        self.refused, self.gone = set(), set()
        self.marks = {}  # (client, partition) -> high watermark
        self.asked_whole = {}  # client -> {partition: how many were acknowledged when it began}
        self.fenced, self.asked_fenced = set(), set()
        self.lost = 0

    def take(self, event):
        handler = getattr(self, f"{event['op']}_{event['e']}", None)
        if handler:
            handler(event)

    def send_invoke(self, event):
        name = identity(event["c"], event["n"])
        if name in self.sums:
            self.found.add("I2", f"{name} was sent twice by its own client")
        self.sums[name] = event["s"]
        if event["p"] in self.fenced:
            self.asked_fenced.add(name)

    def send_ok(self, event):
        name, partition, offset = identity(event["c"], event["n"]), event["p"], event["o"]
        self.acknowledged[partition].append((offset, name))
        self.place(partition, offset, name, self.sums.get(name), "the answer to its sender")
        if name in self.asked_fenced:
            self.found.add("I17", f"{name} was sent to partition {partition} after its storage had failed, and was acknowledged")

    def send_fail(self, event):
        self.refused.add(identity(event["c"], event["n"]))
        self.send_unknown(event)

    def send_unknown(self, event):
        if event["why"] == STORAGE_ERROR:
            self.fenced.add(event["p"])

    def read_ok(self, event):
        for offset, name, total in event["r"]:
            self.place(event["p"], offset, name, total, event["c"])

    def place(self, partition, offset, name, total, who):
        """`who` says that this record is there."""
        at = partition, offset
        if total != self.sums.get(name, total):
            self.found.add("I1", f"{name} at {partition}:{offset} has other octets than were sent, for {who}")
            return
        value = self.values.setdefault(at, (name, total))
        if value != (name, total):
            self.found.add("I2", f"{partition}:{offset} was {value[0]}, and {who} says {name or 'octets that are damaged'}")
            return
        if name not in self.sums:
            self.found.add("I2", f"{partition}:{offset} is {name or 'octets that are damaged'} for {who}, which nobody sent")
        if name in self.gone:
            self.found.add("I2", f"{name} was lost, and is back at {partition}:{offset} for {who}")
        if (other := self.places.setdefault(name, at)) != at:
            self.found.add("I4", f"{name} is at {other[0]}:{other[1]} and at {partition}:{offset}")

    def whole_invoke(self, event):
        self.asked_whole[event["c"]] = {partition: len(answers) for partition, answers in self.acknowledged.items()}

    def whole_ok(self, event):
        self.read_ok(event)
        partition, there = event["p"], {offset: name for offset, name, _ in event["r"]}
        for offset, name in self.acknowledged[partition][:self.asked_whole[event["c"]].get(partition, 0)]:
            if there.get(offset) != name:
                self.found.add("I1", f"{name} was acknowledged at {partition}:{offset}, and {event['c']} finds {there.get(offset, 'nothing')}")
        if [offset for offset, _, _ in event["r"]] != list(range(len(event["r"]))):
            self.found.add("I10", f"{event['c']} is not given every offset of partition {partition} in order")

    def mark_ok(self, event):
        at = event["c"], event["p"]
        if event["hw"] < self.marks.get(at, 0):
            self.found.add("I5", f"the high watermark of partition {event['p']} was {self.marks[at]} for {event['c']}, and then {event['hw']}")
        self.marks[at] = event["hw"]

    def life_invoke(self, _):
        self.fenced.clear()
        self.asked_fenced.clear()

    def cut_ok(self, event):
        for partition, end in event["ends"]:
            answers = self.acknowledged[partition]
            lost = [name for offset, name in answers if offset >= end]
            self.lost += len(lost)
            self.acknowledged[partition] = [answer for answer in answers if answer[0] < end]
            for at in [at for at in self.values if at[0] == partition and at[1] >= end]:
                name = self.values.pop(at)[0]
                self.places.pop(name, None)
                self.gone.add(name)
        self.marks.clear()

    def finish(self):
        """What can only be said when all is known."""
        sent = collections.defaultdict(list)  # (client, partition) -> [(number, offset)]
        for name, (partition, offset) in self.places.items():
            client, _, number = name.rpartition("/")
            if number:
                sent[client, partition].append((int(number), offset))
        for (client, partition), placed in sent.items():
            placed.sort()
            for (number, offset), (later, behind) in zip(placed, placed[1:]):
                if behind <= offset:
                    self.found.add("I3", f"{client}/{number} is at {partition}:{offset}, and {client}/{later}, sent later, at {behind}")
        for name in self.refused & self.places.keys():
            self.found.add("I1", f"{name} was refused, and is there at {self.places[name][0]}:{self.places[name][1]}")
