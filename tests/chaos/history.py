"""What the members of many groups did and heard, and the promises of a group checked on it.

A history is a list of events, [ms, group, life, event, more], as member_host.py writes them, and of what the driver did to processes:
[ms, process, "stopped" | "resumed" | "killed" | "ended"]. consumer_history.py has what is said of KIP-848 groups alone.
"""
import bisect
import collections

JOIN_ERRORS = {0, 14, 15, 16, 25, 27, 79, 82}  # that a broker may answer to an honest member


class History:
    def __init__(self, events, hosts, limit_ms):
        self.events, self.limit_ms = sorted(events, key=lambda event: event[0]), limit_ms
        self.absent = collections.defaultdict(list)  # host -> [(from, until)] in which it was stopped
        self.dead = {}  # process, as host.pid -> when it was killed
        for at, host, word in hosts:
            if word == "stopped":
                self.absent[host].append([at, None])
            elif word == "resumed":
                self.absent[host][-1][1] = at
            else:
                self.dead[host] = at
                if self.absent[host] and self.absent[host][-1][1] is None:
                    self.absent[host][-1][1] = at

    def rebalances(self):
        return len({(group, more["generation"]) for _, group, _, event, more in self.events
                    if event == "owns" and more["partitions"] or event == "joined" and more["error"] == 0})

    def wrong(self):
        return [*self.two_owners(), *self.stuck(), *self.odd_errors()]

    def two_owners(self):
        owners = {}
        for at, group, _, event, more in self.events:
            if event in ("synced", "owns"):
                for partition in more["partitions"]:
                    owner = owners.setdefault((group, more["generation"], partition), more["member"])
                    if owner != more["member"]:
                        yield f"two owners: {group} generation {more['generation']} partition {partition}: {owner} and {more['member']} at {at}"

    def waits(self):
        """(life, group, question, from, until or none) of every join and sync."""
        asked = {}
        for at, group, life, event, _ in self.events:
            if event in ("join", "sync"):
                asked[life] = at, group, event
            elif life in asked:
                since, group, question = asked.pop(life)
                yield life, group, question, since, at
        for life, (since, group, question) in asked.items():
            yield life, group, question, since, None

    def waited(self, life, since, until=None):
        """Not while its process was stopped; until its end when there was no answer."""
        process = life.rpartition(".")[0]
        until = self.dead[process] if until is None else until
        return until - since - sum(max(0, min(until, end) - max(since, start)) for start, end in self.absent[process])

    def longest_wait(self):
        return max((self.waited(life, since, until) for life, _, _, since, until in self.waits()), default=0)

    def without_an_answer(self):
        """(the question, the history as it were had it not been answered), of a life whose process lived on for long."""
        life, _, question, since, until = max((wait for wait in self.waits() if wait[4] is not None), key=lambda wait: self.waited(wait[0], wait[3]))
        return f"{question} of {life} at {since}", self.other([event for event in self.events if event[2] != life or event[0] < until])

    def other(self, events):
        """As if these had been the events."""
        other = History(events, [], self.limit_ms)
        other.dead, other.absent = self.dead, self.absent
        return other

    def stuck(self):
        for life, group, question, since, until in self.waits():
            waited = self.waited(life, since, until)
            if waited > self.limit_ms:
                yield f"stuck: {group} {life} waited {waited} ms for the answer to its {question} at {since}"

    def begun(self):
        """When each generation of a group was first handed out: {group: ([generation], [the earliest time of it or a later one])}"""
        first = collections.defaultdict(dict)
        for at, group, _, event, more in self.events:
            if event == "synced" and more["error"] == 0:
                first[group].setdefault(more["generation"], at)
        begun = {}
        for group, times in first.items():
            generations, earliest, soonest = sorted(times), [], float("inf")
            for generation in reversed(generations):
                soonest = min(soonest, times[generation])
                earliest.insert(0, soonest)
            begun[group] = generations, earliest
        return begun

    def late(self):
        """Commits that were sent when a later generation had been handed out."""
        begun = self.begun()
        for event in self.events:
            _, group, _, word, more = event
            if word == "commit" and group in begun:
                generations, earliest = begun[group]
                after = bisect.bisect_right(generations, more["generation"])
                if after < len(generations) and more["sent"] > earliest[after]:
                    yield event

    def late_commits(self):
        for at, group, life, _, more in self.late():
            if more["error"] == 0:
                yield f"late commit: {group} {life} committed as generation {more['generation']} at {at}, when a later one was there"

    def odd_errors(self):
        for at, group, life, event, more in self.events:
            if event == "joined" and more["error"] not in JOIN_ERRORS:
                yield f"odd error: {group} {life} was answered {more['error']} at {at}"

    def unsettled(self, groups, since, partitions):
        """(group, why) of those whose last generation, seen after `since`, does not have every partition with one owner."""
        last = collections.defaultdict(lambda: (-1, {}))
        for _, group, _, event, more in self.events:
            if event == "synced" and more["error"] == 0:
                if more["generation"] > last[group][0]:
                    last[group] = more["generation"], {}
                if more["generation"] == last[group][0]:
                    last[group][1][more["member"]] = more["partitions"]
        for group in groups:
            dealt = sorted(p for owned in last[group][1].values() for p in owned)
            if dealt != list(range(partitions)):
                yield group, f"unsettled: {group} generation {last[group][0]} has {dealt} dealt out after all was quiet since {since}"
