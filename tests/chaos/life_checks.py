"""Whether a broker lived as it should: a history of record_history.py again. Pure.

I19 it ends only when it is ended, or with the code that is written down for what befell it, and its memory stays below the limit. I20 after
each start everybody is served again within the limit.
"""


class LifeChecks:
    def __init__(self, findings, most_rss_kib):
        self.found, self.most_rss_kib = findings, most_rss_kib
        self.lives, self.is_served, self.begun = 0, True, None
        self.slowest_s, self.highest_kib, self.total_s, self.served = 0, 0, 0, 0

    def take(self, event):
        handler = getattr(self, f"{event['op']}_{event['e']}", None)
        if handler:
            handler(event)

    def life_invoke(self, event):
        if self.begun is not None:
            self.found.add("I19", f"life {event['n']} begins, and life {self.begun} was not seen to end")
        self.begun, self.is_served = event["n"], False
        self.lives += 1

    def alive_ok(self, event):
        self.is_served = True
        self.served += 1
        self.total_s += event["after"]
        self.slowest_s = max(self.slowest_s, event["after"])
        if event["after"] > event["limit"]:
            self.found.add("I20", f"in life {self.begun} everybody was served only after {event['after']:.1f} s; the limit is {event['limit']} s")

    def alive_fail(self, event):
        self.found.add("I20", f"in life {self.begun} not everybody was served within {event['limit']} s: {', '.join(event['without'])} had to wait")

    def life_ok(self, event):
        if not self.is_served and not event.get("early"):
            self.found.add("I20", f"life {self.begun} ended, and nobody had been served")
        if event["code"] not in event["expected"]:
            self.found.add("I19", f"life {self.begun} ended with {event['code']}, where {event['expected']} was expected: {event['how']}")
        self.highest_kib = max(self.highest_kib, event["rss"])
        if event["rss"] > self.most_rss_kib:
            self.found.add("I19", f"life {self.begun} took {event['rss']} KiB of memory; the limit is {self.most_rss_kib}")
        self.begun = None
