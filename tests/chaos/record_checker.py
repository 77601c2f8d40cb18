"""All promises checked on one history. Pure."""
from group_checks import GroupChecks
from life_checks import LifeChecks
from record_checks import Findings, RecordChecks

MOST_RSS_KIB = 256 * 1024


class Checker:
    def __init__(self, most_rss_kib=MOST_RSS_KIB):
        self.findings = Findings()
        self.records, self.groups = RecordChecks(self.findings), GroupChecks(self.findings)
        self.lives = LifeChecks(self.findings, most_rss_kib)

    def check(self, history):
        """Takes every event; what is wrong, as lines."""
        for event in history:
            self.records.take(event)
            self.groups.take(event)
            self.lives.take(event)
        self.records.finish()
        self.groups.finish()
        return self.findings.lines
