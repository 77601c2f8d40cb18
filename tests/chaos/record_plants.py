"""Spoils the copy of a history on its way to the checker, in each way once, to see that the checker finds it. Pure.

A loss is planted in what the last whole reader was given, a double behind it; two records of one sender change places wherever they are
told, as if the log had been so; a commit is told to be lower than it was acknowledged, a high watermark lower than it was, and one record is
left out of what a reader was given.
"""
from record_history import identity


class Plants:
    """Of a history that is sound. survey() takes all of it first, then spoilt() goes through it again."""

    def __init__(self):
        self.last_whole = {}  # partition -> line number
        self.last_read = self.last_mark = self.last_told = None  # line numbers
        self.entries = {}
        self.expected = []  # (promise, a text that is in the line)
        self.acknowledged, self.lost, self.double, self.swapped = {}, None, None, {}

    def survey(self, history):
        commits, asked = {}, {}
        for line, event in enumerate(history):
            kind = event["op"], event["e"]
            if kind == ("send", "ok"):
                self.acknowledged[identity(event["c"], event["n"])] = event["p"], event["o"]
            elif kind == ("whole", "ok"):
                self.last_whole[event["p"]] = line
                self.entries[event["p"]] = event["r"]
            elif kind == ("read", "ok") and len(event["r"]) > 2 and event["c"].startswith("reader"):
                self.last_read = line, event["c"]
            elif kind == ("mark", "ok") and event["hw"] > 0:
                self.last_mark = line
            elif kind == ("commit", "ok"):
                commits.update({(event["g"], p): offset for p, offset in event["at"]})
            elif kind == ("committed", "invoke"):
                asked[event["c"]] = [commits.get((event["g"], p), 0) for p, _ in event["at"]]
            elif kind == ("committed", "ok"):
                for index, acknowledged in enumerate(asked[event["c"]]):
                    if acknowledged > 1:
                        self.last_told = line, index, acknowledged - 1, event["g"]
        self.choose()
        return self.expected

    def choose(self):
        lost = next(name for _, name, _ in reversed(self.entries[0]) if name in self.acknowledged)
        self.lost = lost
        self.expected.append(("I1", lost))
        double = self.entries[1][0]
        self.double = [len(self.entries[1]), *double[1:]]
        self.expected.append(("I4", double[1]))
        client = next(name.rpartition("/")[0] for _, name, _ in self.entries[2] if name.startswith("producer-"))
        of_one = [entry for entry in self.entries[2] if entry[1].startswith(client + "/")]
        earlier, later = of_one[len(of_one) // 2 - 1:][:2]
        self.swapped = {(2, earlier[0]): later[1:], (2, later[0]): earlier[1:], earlier[1]: later[0], later[1]: earlier[0]}
        self.expected.append(("I3", later[1]))
        self.expected.append(("I12", self.last_told[3]))
        self.expected.append(("I5", "high watermark"))
        self.expected.append(("I10", self.last_read[1]))

    def spoilt(self, history):
        for line, event in enumerate(history):
            if "r" in event:
                event["r"] = [[offset, *self.swapped.get((event["p"], offset), rest)] for offset, *rest in event["r"]]
            kind = event["op"], event["e"]
            if kind == ("send", "ok"):
                event["o"] = self.swapped.get(identity(event["c"], event["n"]), event["o"])
            if line == self.last_whole[0]:
                event["r"] = [entry for entry in event["r"] if entry[1] != self.lost]
            if line == self.last_whole[1]:
                event["r"].append(self.double)
            if line == self.last_told[0]:
                event["at"][self.last_told[1]][1] = self.last_told[2]
            if line == self.last_mark:
                event["hw"] = 0
            if line == self.last_read[0]:
                event["r"].pop(1)
            yield event


def missed(expected, lines):
    """What was planted and not found."""
    return [f"{promise} with {text}" for promise, text in expected
            if not any(line.startswith(promise + ":") and text in line for line in lines)]
