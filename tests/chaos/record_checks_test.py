#!/usr/bin/env python3
"""The checker of histories finds every history that was spoilt by hand, for the reason for which it is spoilt, and nothing in a sound one."""
import copy
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from record_checker import MOST_RSS_KIB, Checker  # noqa: E402  (the path above comes first)
from record_history import identify, identity, payload  # noqa: E402

PER_SENDER, LIMIT_S = 6, 10


def event(client, kind, op, **more):
    return {"t": 0, "c": client, "e": kind, "op": op, **more}


def total(client, number):
    return payload(client, number)[1]


def entry(offset, client, number):
    return [offset, identity(client, number), total(client, number)]


def sound():
    """One partition; two senders whose records alternate; a life that is killed, and another."""
    log = [(offset, f"producer-{offset % 2}", offset // 2) for offset in range(2 * PER_SENDER)]
    half, out = PER_SENDER, [event("broker", "invoke", "life", n=1), event("reader", "ok", "assign", at=[[0, 0]]),
                             event("member", "ok", "assign", g="group", at=[[0, None]])]

    def part(records):
        for offset, client, number in records:
            out.append(event(client, "invoke", "send", p=0, n=number, s=total(client, number)))
            out.append(event(client, "ok", "send", p=0, n=number, o=offset))
        entries = [entry(*record) for record in records]
        out.extend([event("raw", "ok", "mark", p=0, hw=records[-1][0] + 1), event("reader", "ok", "read", p=0, r=entries),
                    event("member", "ok", "read", p=0, r=list(entries)), event("member", "invoke", "commit", g="group", at=[[0, records[-1][0]]]),
                    event("member", "ok", "commit", g="group", at=[[0, records[-1][0]]]), event("broker", "ok", "alive", after=0.5, limit=LIMIT_S)])
    part(log[:half])
    out.append(event("broker", "ok", "life", how="killed", code=-9, expected=[-9], rss=20000))
    out.append(event("broker", "invoke", "life", n=2))
    out.append(event("raw", "invoke", "send", p=0, n=0, s=total("raw", 0)))
    out.append(event("raw", "fail", "send", p=0, n=0, why=2))
    out.append(event("raw", "invoke", "committed", g="group", at=[[0, -1]]))
    out.append(event("raw", "ok", "committed", g="group", at=[[0, half - 1]]))
    part(log[half:])
    out.append(event("broker", "ok", "life", how="stopped", code=0, expected=[0], rss=20000))
    out.append(event("whole", "invoke", "whole"))
    out.append(event("whole", "ok", "whole", p=0, r=[entry(*record) for record in log]))
    return out


class Spoilt(unittest.TestCase):
    def setUp(self):
        self.history = copy.deepcopy(sound())

    def find(self, *path, last=False, **wanted):
        """The first event of ("client", "event", "op") that has these fields, or the last."""
        found = [one for one in self.history if (one["c"], one["e"], one["op"]) == path and all(one.get(k) == v for k, v in wanted.items())]
        return found[-1 if last else 0]

    def insert_before(self, one, *others):
        at = next(index for index, each in enumerate(self.history) if each is one)
        self.history[at:at] = others

    def insert_after(self, one, *others):
        at = next(index for index, each in enumerate(self.history) if each is one) + 1
        self.history[at:at] = others

    def expect(self, promise):
        kinds = {line.split(":")[0] for line in Checker().check(self.history)}
        self.assertEqual(kinds, {promise} if promise else set(), Checker().check(self.history))

    @property
    def whole(self):
        return self.find("whole", "ok", "whole")["r"]

    def everywhere(self, change):
        """The log itself was otherwise: change(offset) gives where a record is instead."""
        for one in self.history:
            if one["op"] == "send" and one["e"] == "ok":
                one["o"] = change(one["o"])
            if one["op"] in ("read", "whole") and "r" in one:
                one["r"] = sorted([change(offset), name, s] for offset, name, s in one["r"])

    def test_nothing_is_found_in_a_sound_one(self):
        self.expect(None)

    # I1
    def test_the_last_acknowledged_record_is_lost(self):
        self.whole.pop()
        self.expect("I1")

    def test_all_records_are_lost(self):
        self.whole.clear()
        self.expect("I1")

    def test_octets_are_others_than_were_sent(self):
        self.whole[4][2] ^= 1
        self.expect("I1")

    def test_octets_of_an_unacknowledged_record_are_others(self):
        sent = self.find("producer-0", "ok", "send", n=2)
        sent.update(e="unknown", why="timeout")
        for one in self.history:
            for each in one.get("r", ()):
                each[2] ^= each[1] == "producer-0/2"
        self.expect("I1")

    def test_a_refused_record_is_there(self):
        self.whole.append(entry(2 * PER_SENDER, "raw", 0))
        self.expect("I1")

    # I2
    def test_two_readers_are_given_different_records(self):
        at = self.find("reader", "ok", "read")["r"]
        at[3] = entry(3, "producer-0", 1)
        self.expect("I2")

    def test_a_record_changes_between_two_reads(self):
        self.insert_after(self.find("whole", "ok", "whole"), event("late", "invoke", "whole"),
                          event("late", "ok", "whole", p=0, r=[*self.whole[:5], entry(5, "producer-0", 2), *self.whole[6:]]))
        self.assertIn("I2", {line.split(":")[0] for line in Checker().check(self.history)})

    def test_a_record_was_made_up(self):
        self.whole.append(entry(2 * PER_SENDER, "producer-0", PER_SENDER))
        self.expect("I2")

    def test_a_record_is_damaged(self):
        self.whole.append([2 * PER_SENDER, "", 12345])
        self.expect("I2")

    def test_a_record_is_back_that_an_allowed_loss_took(self):
        before = self.find("whole", "invoke", "whole")
        self.insert_before(before, event("broker", "ok", "cut", ends=[[0, 10]], commits=[]))
        self.expect("I2")

    # I3
    def test_two_records_of_a_sender_change_places(self):
        self.everywhere(lambda offset: {2: 4, 4: 2}.get(offset, offset))
        self.expect("I3")

    def test_a_record_that_nobody_acknowledged_comes_late(self):
        lost = self.find("producer-0", "ok", "send", n=0)
        lost.update(e="unknown", why="timeout")
        self.everywhere(lambda offset: {0: 2, 2: 0}.get(offset, offset))
        self.expect("I3")

    # I4
    def test_a_record_is_there_twice(self):
        self.whole.append(entry(2 * PER_SENDER, "producer-0", 1))
        self.expect("I4")

    def test_a_record_is_acknowledged_twice(self):
        again = dict(self.find("producer-1", "ok", "send", n=PER_SENDER - 1), o=2 * PER_SENDER)
        self.insert_after(self.find("whole", "ok", "whole"), again)
        self.expect("I4")

    # I5
    def test_a_high_watermark_goes_back(self):
        self.find("raw", "ok", "mark", last=True)["hw"] = PER_SENDER - 1
        self.expect("I5")

    def test_a_high_watermark_is_gone_after_a_start(self):
        self.insert_after(self.find("broker", "invoke", "life", n=2), event("raw", "ok", "mark", p=0, hw=0))
        self.expect("I5")

    # I10
    def test_a_reader_skips_a_record(self):
        self.find("reader", "ok", "read", last=True)["r"].pop(2)
        self.expect("I10")

    def test_a_reader_jumps_back(self):
        read = self.find("reader", "ok", "read")
        self.insert_after(read, event("reader", "ok", "read", p=0, r=read["r"][2:4]))
        self.expect("I10")

    def test_a_group_leaves_records_out_at_a_rebalance(self):
        read = self.find("member", "ok", "read", last=True)
        self.insert_before(read, event("member", "ok", "revoke", at=[[0, None]]), event("member", "ok", "assign", g="group", at=[[0, None]]))
        read["r"].pop(0)
        self.expect("I10")

    def test_a_reader_is_given_what_was_taken_from_it(self):
        self.insert_before(self.find("member", "ok", "read", last=True), event("member", "ok", "revoke", at=[[0, None]]))
        self.expect("I10")

    # I12
    def test_a_commit_is_lost(self):
        self.find("raw", "ok", "committed")["at"] = [[0, PER_SENDER - 2]]
        self.expect("I12")

    def test_an_older_commit_that_was_asked_for_again_is_the_last(self):
        told = self.find("raw", "ok", "committed")
        told["at"] = [[0, 3]]
        self.insert_after(told, event("member", "ok", "commit", g="group", at=[[0, 3]]))
        self.expect(None)

    def test_an_older_commit_that_was_asked_for_again_is_the_last_for_a_moment(self):
        told, at = self.find("raw", "ok", "committed"), self.find("member", "ok", "commit")["at"]
        told["at"] = [[0, 3]]
        self.insert_before(told, event("member", "ok", "commit", g="group", at=[[0, 3]]), event("member", "ok", "commit", g="group", at=at))
        self.expect(None)

    def test_an_older_commit_comes_back(self):
        older = event("member", "ok", "commit", g="group", at=[[0, 3]])
        self.insert_before(self.find("member", "invoke", "commit"), older)
        self.find("raw", "ok", "committed")["at"] = [[0, 3]]
        self.expect("I12")

    def test_a_member_begins_below_what_was_committed(self):
        read = self.find("member", "ok", "read", last=True)
        again = [*self.find("member", "ok", "read")["r"][-3:], *read["r"]]
        self.insert_before(read, event("member", "ok", "revoke", at=[[0, None]]), event("member", "ok", "assign", g="group", at=[[0, None]]))
        read["r"] = again
        self.expect("I12")

    def test_a_commit_was_made_up(self):
        self.insert_after(self.find("whole", "ok", "whole"), event("raw", "invoke", "committed", g="group", at=[[0, -1]]),
                          event("raw", "ok", "committed", g="group", at=[[0, 2 * PER_SENDER + 1]]))
        self.expect("I12")

    # I13
    def test_a_commit_is_beyond_the_end_of_the_log(self):
        self.insert_after(self.find("raw", "ok", "committed"), event("raw", "ok", "mark", p=0, hw=PER_SENDER - 2))
        self.find("raw", "ok", "mark")["hw"] = 1
        self.expect("I13")

    def test_a_commit_is_beyond_what_a_restart_left(self):
        self.find("raw", "ok", "committed")["at"] = [[0, 2 * PER_SENDER]]
        self.insert_after(self.find("raw", "ok", "committed"), event("raw", "ok", "mark", p=0, hw=2 * PER_SENDER - 1))
        self.expect("I13")

    def test_a_commit_is_gone(self):
        self.find("raw", "ok", "committed")["at"] = [[0, -1]]
        self.expect("I13")

    def test_a_commit_is_zero(self):
        self.find("raw", "ok", "committed")["at"] = [[0, 0]]
        self.expect("I13")

    # I17
    def fence(self, sender, number, outcome):
        self.find("raw", "fail", "send").update(e=outcome, why=56)
        self.expect("I17")

    def test_a_directory_that_failed_takes_records(self):
        self.fence("producer-0", 3, "fail")

    def test_a_directory_that_failed_with_an_unknown_outcome_takes_records(self):
        self.fence("producer-0", 3, "unknown")

    # I19
    def test_a_broker_ends_by_itself(self):
        self.find("broker", "ok", "life").update(how="exited", code=-6)
        self.expect("I19")

    def test_a_broker_takes_too_much_memory(self):
        self.find("broker", "ok", "life")["rss"] = MOST_RSS_KIB + 1
        self.expect("I19")

    # I20
    def test_a_broker_serves_late(self):
        self.find("broker", "ok", "alive", last=True)["after"] = LIMIT_S + 1
        self.expect("I20")

    def test_a_broker_never_serves(self):
        self.history.remove(self.find("broker", "ok", "alive", last=True))
        self.expect("I20")

    def test_not_everybody_is_served(self):
        self.find("broker", "ok", "alive", last=True).update(e="fail", without=["producer-1"])
        self.assertEqual({line.split(":")[0] for line in Checker().check(self.history)}, {"I20"})


class Payloads(unittest.TestCase):
    def test_a_payload_is_known_again_and_damage_to_any_octet_is_seen(self):
        data, sum_of_it = payload("producer-0", 17)
        self.assertEqual(identify(data), ("producer-0/17", sum_of_it))
        for at in range(len(data)):
            self.assertEqual(identify(data[:at] + bytes([data[at] ^ 4]) + data[at + 1:])[0], "")
        self.assertEqual(identify(b"")[0], "")


class AllowedLoss(unittest.TestCase):
    def test_what_a_cut_took_is_counted_and_may_be_missing(self):
        history = sound()
        history[-2:-2] = [event("broker", "ok", "cut", ends=[[0, 10]], commits=[["group", 0, 9]])]
        history[-1]["r"] = history[-1]["r"][:10]
        checker = Checker()
        self.assertEqual(checker.check(history), [])
        self.assertEqual((checker.records.lost, checker.groups.lost), (2, 1))


if __name__ == "__main__":
    unittest.main()
