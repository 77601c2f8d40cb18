"""Whether a history of record_history.py keeps the promises about reading along and about groups. Pure; takes events one by one.

I10 what a reader is given within one assignment follows on, and all members of a group together leave out nothing. I12 whoever asks for a
committed offset, or begins at one, is not told one below what had been acknowledged, nor one that nobody can have committed. I13 none is
beyond the end of the log, and none is none or zero where one above was acknowledged.
"""
import collections


class GroupChecks:
    def __init__(self, findings):
        self.found = findings
        self.next = {}  # client -> {partition: the offset it must be given, or none}
        self.begins = {}  # client -> {partition: what was acknowledged when it was given the partition}
        self.group_of = {}
        # (group, partition) -> offset. The last one: librdkafka asks again for an older one after it was told of a newer.
        self.acknowledged = collections.Counter()
        self.doubts = []  # (group, partition, offset, finding): told, and nobody was told yet that this was the last
        self.asked = collections.defaultdict(dict)  # client -> {(group, partition): the lowest that was the last acknowledged one since it asked}
        self.told = {}  # (group, partition) -> highest offset ever told
        self.committed_by_hand = collections.Counter()  # (group, partition) -> highest that was asked for
        self.read = collections.defaultdict(set)  # (group, partition) -> offsets
        self.beyond = collections.defaultdict(list)  # (client, partition) -> [(group, offset)] until its next high watermark
        self.commits = self.lost = 0

    def take(self, event):
        handler = getattr(self, f"{event['op']}_{event['e']}", None)
        if handler:
            handler(event)

    def assign_ok(self, event):
        client, group = event["c"], event.get("g")
        self.group_of[client] = group
        self.next.setdefault(client, {}).update({partition: offset for partition, offset in event["at"]})
        if group:
            self.begins.setdefault(client, {}).update({partition: self.acknowledged[group, partition] for partition, _ in event["at"]})

    def revoke_ok(self, event):
        for partition, _ in event["at"]:
            self.next.get(event["c"], {}).pop(partition, None)
            self.begins.get(event["c"], {}).pop(partition, None)

    def read_ok(self, event):
        client, partition = event["c"], event["p"]
        places, group = self.next.setdefault(client, {}), self.group_of.get(client)
        if partition not in places:
            self.found.add("I10", f"{client} is given records of partition {partition}, which it does not have")
            places[partition] = None
        expected = places[partition]
        for offset, _, _ in event["r"]:
            if expected is None:
                self.first(client, group, partition, offset)
            elif offset != expected:
                self.found.add("I10", f"{client} is at {partition}:{expected}, and is given {offset}")
            expected = offset + 1
            if group:
                self.read[group, partition].add(offset)
        places[partition] = expected

    def first(self, client, group, partition, offset):
        acknowledged = self.begins.get(client, {}).pop(partition, 0)
        if offset < acknowledged:
            self.found.add("I12", f"{acknowledged} of partition {partition} was committed in {group}, and {client} begins at {offset}")

    def commit_invoke(self, event):
        for partition, offset in event["at"]:
            self.committed_by_hand[event["g"], partition] = max(self.committed_by_hand[event["g"], partition], offset)

    def commit_ok(self, event):
        for partition, offset in event["at"]:
            at = event["g"], partition
            self.acknowledged[at] = offset
            self.commits += 1
            for asked in self.asked.values():  # the answer under way may be of any moment since the question
                if at in asked:
                    asked[at] = min(asked[at], offset)
            self.doubts = [doubt for doubt in self.doubts if doubt[:3] != (event["g"], partition, offset)]

    def committed_invoke(self, event):
        self.asked[event["c"]] = {(event["g"], partition): self.acknowledged[event["g"], partition] for partition, _ in event["at"]}

    def committed_ok(self, event):
        group = event["g"]
        for partition, offset in event["at"]:
            acknowledged = self.asked[event["c"]].get((group, partition), 0)
            if max(offset, 0) < acknowledged:
                what = f"{acknowledged} of partition {partition} was committed in {group}, and {event['c']} is told {offset}"
                self.doubts.append((group, partition, offset, what))
            self.told[group, partition] = max(offset, self.told.get((group, partition), -1))
            self.beyond[event["c"], partition].append((group, offset))

    def mark_ok(self, event):
        for group, offset in self.beyond.pop((event["c"], event["p"]), ()):
            if offset > event["hw"]:
                self.found.add("I13", f"{offset} of partition {event['p']} is committed in {group}, and the log ends at {event['hw']}")

    def cut_ok(self, event):
        for group, partition, offset in event["commits"]:
            at = group, partition
            self.lost += self.acknowledged[at] > offset
            self.acknowledged[at] = max(offset, 0)
            self.told[at] = max(offset, self.told.get(at, -1))
        self.beyond.clear()

    def finish(self):
        for _, _, offset, what in self.doubts:
            self.found.add("I12" if offset > 0 else "I13", what)
        for (group, partition), offsets in self.read.items():
            if len(offsets) != max(offsets) + 1:
                missing = min(set(range(max(offsets))) - offsets)
                self.found.add("I10", f"no member of {group} was ever given {partition}:{missing}, but later ones")
        for (group, partition), offset in self.told.items():
            highest = max([*self.read.get((group, partition), [-1])]) + 1
            if offset > max(highest, self.committed_by_hand[group, partition]):
                self.found.add("I12", f"{offset} of partition {partition} is told to be committed in {group}, which nobody can have asked for")
