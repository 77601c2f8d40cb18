"""The cells: what a client does as a member of groups. Each takes a Bench and raises a Failure that says what was wrong."""
from .bench import PARTITIONS, check, check_once, ends

MORE = 40  # records that come when a group has changed


def places(topic):
    return {(topic, partition) for partition in range(PARTITIONS)}


def counts(topic, count):
    return {(topic, partition): end for partition, end in enumerate(ends(count))}


def share(bench, what, topic, options):
    """Two members, each in a process of its own, once they have half of the partitions each."""
    group = bench.name(what)
    first = bench.open(0, f"{what}-1", group, topic=topic, **options(1))
    bench.until(lambda: first.current == places(topic), "the first member to get all partitions", first)
    second = bench.open(1, f"{what}-2", group, topic=topic, **options(2))
    bench.until(lambda: len(first.current) == len(second.current) == PARTITIONS // 2 and first.current | second.current == places(topic),
                "both members to share the partitions", first, second)
    return first, second


def read_all(bench, topic, count, *members):
    bench.until(lambda: sum(len(member.got) for member in members) >= count, f"{count} records", *members)
    check_once(members, counts(topic, count))


def read_more(bench, topic, *members):
    """A second filling after that of all records."""
    bench.hand.fill(topic, MORE)
    bench.until(lambda: sum(len(member.got) for member in members) >= bench.hand.records + MORE, "the records that came later", *members)
    check_once(members, {at: count + more for (at, count), more in zip(counts(topic, bench.hand.records).items(), ends(MORE))})


def commit_all(bench, group, topic, *members):
    wanted = counts(topic, bench.hand.records)
    for member in members:
        member.commit({at: wanted[at] for at in member.current})
    check_committed(bench, group, topic, list(wanted.values()))


def check_committed(bench, group, topic, wanted):
    found = bench.hand.committed(group, topic)
    check(found == wanted, f"committed is {found} instead of {wanted}")


def two_members(bench, what="two", protocol="classic"):
    """Each record comes to one of them once; when one leaves, the other goes on where it had committed."""
    topic = bench.topic(what)
    first, second = share(bench, what, topic, lambda _: {"protocol": protocol})
    bench.hand.fill(topic, bench.hand.records)
    read_all(bench, topic, bench.hand.records, first, second)
    for member in (first, second):
        check({(topic, partition) for topic, partition, _ in member.got} == member.current, f"records of another's partitions ({member})")
    commit_all(bench, bench.name(what), topic, first, second)
    second.close()
    bench.until(lambda: first.current == places(topic), "the one that stayed to get all partitions", first)
    read_more(bench, topic, first, second)
    first.close()


def regex(bench):
    """Two topics match, one does not."""
    wanted, other = [bench.topic(f"regex-{i}") for i in range(2)], bench.topic("noregex")
    for topic in (*wanted, other):
        bench.hand.fill(topic, MORE)
    member = bench.open(0, "regex", bench.name("regex"), pattern=f"^{bench.name('regex-.')}$")
    bench.until(lambda: len(member.got) >= 2 * MORE, "the records of both topics", member)
    check_once([member], counts(wanted[0], MORE) | counts(wanted[1], MORE))
    member.close()


def regex_later(bench, what="later", protocol="classic"):
    """A topic that matches is made when the member has long been reading."""
    early = bench.topic(f"{what}-0")
    bench.hand.fill(early, MORE)
    member = bench.open(0, what, bench.name(what), pattern=f"^{bench.name(f'{what}-.')}$", protocol=protocol)
    read_all(bench, early, MORE, member)
    member.commit(counts(early, MORE))  # so that the next assignment does not begin again
    late = bench.topic(f"{what}-1")
    bench.hand.fill(late, MORE)
    bench.until(lambda: len(member.got) >= 2 * MORE, "the records of the later topic", member)
    check_once([member], counts(early, MORE) | counts(late, MORE))
    member.close()


def committed_by(records):
    """What manual_commit leaves behind in the topic of all: the last partition has no offset."""
    return [records * (partition + 1) // (8 * PARTITIONS) for partition in range(PARTITIONS - 1)] + [-1]


def manual_commit(bench, what="commit", protocol="classic"):
    """Offsets in the middle; another process goes on exactly there."""
    topic, records, group = bench.hand.base, bench.hand.records, bench.name(what)
    member = bench.open(0, f"{what}-1", group, topic=topic, protocol=protocol)
    read_all(bench, topic, records, member)
    wanted = committed_by(records)
    member.commit({(topic, partition): offset for partition, offset in enumerate(wanted) if offset >= 0})
    check_committed(bench, group, topic, wanted)
    member.close()
    resumed = bench.open(1, f"{what}-2", group, topic=topic, protocol=protocol)
    starts = [max(offset, 0) for offset in wanted]
    rest = records - sum(starts)
    bench.until(lambda: len(resumed.got) >= rest, f"the {rest} records after the committed offsets", resumed)
    for partition, (start, end) in enumerate(zip(starts, ends(records))):
        offsets = [offset for _, of, offset in resumed.got if of == partition]
        check(offsets == list(range(start, end)), f"partition {partition} came from {offsets[:1]} to {offsets[-1:]} instead of from {start} to {end - 1}")
    resumed.close()


def auto_commit(bench):
    """What was read is committed while the member lives on, and the next one begins after it."""
    topic, records, group = bench.topic("auto"), bench.hand.records, bench.name("auto")
    bench.hand.fill(topic, records)
    member = bench.open(0, "auto-1", group, topic=topic, commit="auto")
    read_all(bench, topic, records, member)
    bench.until_committed(group, topic, ends(records))
    member.close()
    resumed = bench.open(1, "auto-2", group, topic=topic, commit="auto")
    read_more(bench, topic, member, resumed)
    resumed.close()


def cooperative(bench):
    """The first member gives away what the second gets, and keeps the rest all the time."""
    topic = bench.topic("coop")
    first, second = share(bench, "coop", topic, lambda _: {"assignor": "cooperative"})
    moved = set().union(*(which for word, which in first.events if word == "revoked"))
    check(moved == second.current, f"other partitions were revoked than moved ({first} | {second})")
    bench.hand.fill(topic, bench.hand.records)
    read_all(bench, topic, bench.hand.records, first, second)
    for member in (first, second):
        member.close()


def static_restart(bench):
    """A static member that comes back gets its partitions, and the other does not notice."""
    topic = bench.topic("static")
    first, second = share(bench, "static", topic, lambda number: {"instance": f"static-{number}"})
    bench.hand.fill(topic, bench.hand.records)
    read_all(bench, topic, bench.hand.records, first, second)
    commit_all(bench, bench.name("static"), topic, first, second)
    had, heard = set(first.current), list(second.events)
    first.close()
    again = bench.open(0, "static-3", bench.name("static"), topic=topic, instance="static-1")
    bench.until(lambda: again.current == had, "the member that came back to get its partitions", again, second)
    read_more(bench, topic, first, second, again)
    check(second.events == heard, f"the other member was rebalanced ({second})")
    for member in (again, second):
        member.close()


def seek(bench):
    """Back into what has been read; the other partitions stay where they are."""
    topic, records = bench.hand.base, bench.hand.records
    member = bench.open(0, "seek", bench.name("seek"), topic=topic)
    read_all(bench, topic, records, member)
    end, target = ends(records)[1], ends(records)[1] // 3
    member.seek((topic, 1), target)
    bench.until(lambda: len(member.got) >= records + end - target, "the records after the seek", member)
    check(member.got[records:] == [(topic, 1, offset) for offset in range(target, end)], f"other records came after the seek ({member})")
    member.close()


def times(bench):
    """Record i of the topic of all has timestamp first + i and lies in partition i mod PARTITIONS."""
    base, first, records = bench.hand.base, bench.hand.first_timestamp, bench.hand.records
    row = records // 2 // PARTITIONS
    for partition, timestamp, wanted in ((0, first - 1000, 0), (1, first + row * PARTITIONS + 1, row), (1, first + row * PARTITIONS + 2, row + 1),
                                         (2, first + records + 1000, -1)):
        found = bench.agents[0].call("times", base, partition, timestamp)
        check(found == [str(wanted)], f"partition {partition} at {timestamp - first} ms has offset {found} instead of {wanted}")


CELLS = {  # name -> (what it does, the scenario)
    "two": ("two members in two processes share a topic, and one leaves", two_members),
    "regex": ("a pattern of topics", regex),
    "later": ("a topic that matches the pattern is made later", regex_later),
    "commit": ("manual commit, and another process resumes there", manual_commit),
    "auto": ("auto commit, and another process resumes there", auto_commit),
    "coop": ("cooperative-sticky: only what moves is revoked", cooperative),
    "static": ("a static member restarts without a rebalance", static_restart),
    "seek": ("seek to an offset", seek),
    "times": ("offsets for times", times),
    "848": ("`two` by KIP-848, group.protocol=consumer", lambda bench: two_members(bench, "848", "consumer")),
    "848-later": ("`later` by KIP-848", lambda bench: regex_later(bench, "848-later", "consumer")),
    "848-commit": ("`commit` by KIP-848", lambda bench: manual_commit(bench, "848-commit", "consumer")),
}
