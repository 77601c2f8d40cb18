"""What is said to a coordinator of KIP-848 groups, and what it answers, line by line: the same with Apache Kafka and with us.

Where an answer depends on when it is asked for, members go on until nothing changes, and what they have then is the line."""
from .consumer_groups import ClassicMember, Member, Talk, assignment_of, settle


def named(letter):
    return "A" * 21 + letter


class Transcript:
    def __init__(self):
        self.lines = []
        self.names = {}

    def say(self, what, answer):
        """Ids that the broker made are told by the order of their first appearance."""
        if isinstance(answer, dict) and answer.get("member"):
            member = answer["member"]
            if not member.startswith("AAAA"):
                member = self.names.setdefault(member, f"made {len(self.names)}")
            answer = answer | {"member": member.lstrip("A")}
            if answer.get("leader"):
                answer["leader"] = self.names.get(answer["leader"], answer["leader"]).lstrip("A")
        self.lines.append(f"{what}: {answer}")


def refusals(talk, out):
    joining = {"timeout_ms": 1000, "topics": ["orders"], "owned": {}}

    def say(what, group="refusals", member=named("a"), epoch=0, **said):
        out.say(what, talk.beat(group, member, epoch, **said))
    say("no group", group="", **joining)
    say("a group of blanks", group="  ", **joining)
    say("no member", member="", **joining)
    say("epoch -3", epoch=-3)
    say("epoch -2 of nobody static", epoch=-2)
    say("joins without timeout", topics=["orders"], owned={})
    say("joins without topics", timeout_ms=1000, owned={})
    say("joins without owned", timeout_ms=1000, topics=["orders"])
    say("joins with partitions", **joining | {"owned": {"orders": [0]}})
    say("joins with an empty instance", instance="", **joining)
    say("joins with an empty rack", rack="", **joining)
    say("joins with a strange assignor", assignor="foo", **joining)
    say("joins with no assignor's name", assignor="", **joining)
    say("joins with a broken expression", timeout_ms=1000, regex="(", owned={})
    say("unknown group, epoch 3", epoch=3, owned={})
    say("leaves an unknown group", epoch=-1)
    say("leaves an unknown group for now", epoch=-2, instance="i")
    out.say("descriptions of nothing", talk.describe("refusals", ""))
    out.say("no descriptions", talk.describe())


def a_life(talk, out):
    group = "life"
    one, two = Member(talk, group, named("a"), topics=["orders"]), Member(talk, group, named("b"), topics=["orders"])
    out.say("the first joins", one.join())
    out.say("it has", settle(one))
    out.say("it says all again", one.beat(timeout_ms=30_000, topics=["orders"]))
    out.say("a smaller epoch", talk.beat(group, one.name, one.epoch - 1))
    out.say("a greater epoch", talk.beat(group, one.name, one.epoch + 1))
    out.say("an unknown member", talk.beat(group, named("z"), one.epoch))
    out.say("an unknown member leaves", talk.beat(group, named("z"), -1))
    out.say("an instance that nobody has", talk.beat(group, one.name, one.epoch, instance="x"))
    out.say("a group of one", talk.describe(group, operations=True))
    out.say("version 0", talk.describe(group, version=0))
    out.say("it joins again", one.join())
    two.join()
    settle(two)
    before = one.epoch
    out.say("a second joined, and the first is asked to give up", settle_until_asked(one))
    out.say("meanwhile", talk.describe(group))
    out.say("the second has", two.beat()["assignment"] or two.owned)
    out.say("the first gave up", one.beat())
    out.say("it did not hear that, and says so again", talk.beat(group, one.name, before, owned=one.owned))
    out.say("both have", settle(one, two, until=lambda a, b: b))
    out.say("afterwards", talk.describe(group))
    out.say("the second wants more", two.take(talk.beat(group, two.name, two.epoch, topics=["orders", "other"])))
    out.say("both have", settle(one, two))
    out.say("the first wants nothing", one.take(talk.beat(group, one.name, one.epoch, topics=[])))
    out.say("both have", settle(one, two))
    out.say("the first leaves", one.leave())
    out.say("who is left has", settle(two))
    out.say("the last leaves", two.leave())
    out.say("an empty group", talk.describe(group))


def settle_until_asked(member):
    """Beats without saying what it owns until it is told to own less; not to own less is not acknowledged yet."""
    before = member.owned
    while True:
        said = member.take(member.talk.beat(member.group, member.name, member.epoch))
        assert said["error"] == 0, said
        if said["assignment"] is not None and said["assignment"] != before:
            return said


def static_members(talk, out):
    group = "static"
    one = Member(talk, group, named("s"), topics=["orders"], instance="i1")
    out.say("a static member joins", one.join())
    settle(one)
    out.say("another under its name", talk.beat(group, named("t"), 0, instance="i1", timeout_ms=30_000, topics=["orders"], owned={}))
    out.say("another beats under its name", talk.beat(group, named("t"), one.epoch, instance="i1"))
    out.say("it leaves for now", one.leave(-2, instance="i1"))
    out.say("what is kept for it", talk.describe(group))
    two = Member(talk, group, named("t"), topics=["orders"], instance="i1")
    out.say("it comes back", two.join())
    out.say("it has", settle(two))
    out.say("the old one beats", talk.beat(group, one.name, one.epoch, instance="i1"))
    out.say("the old one beats without its name", talk.beat(group, one.name, one.epoch))
    out.say("the old one leaves", one.leave(instance="i1"))
    out.say("it leaves for good", two.leave(instance="i1"))


def subscriptions(talk, out):
    out.say("of version 0 without an id", talk.beat("v0", "", 0, timeout_ms=30_000, topics=["orders"], owned={}, version=0)["error"])
    nobody = Member(talk, "nowhere", named("n"), topics=["nothing"])
    nobody.join()
    out.say("of a topic that is not there", settle(nobody))
    asked = Member(talk, "asked", named("r"), topics=["orders", "other"], assignor="range")
    asked.join()
    out.say("with an assignor of its choice", settle(asked))
    out.say("the assignor", talk.describe("asked")[0]["assignor"])
    regex = Member(talk, "regex", named("e"), regex="o(rder|the)[rs].*")
    regex.join()
    out.say("by an expression", settle(regex, until=lambda owned: owned))
    out.say("the expression", talk.describe("regex")[0]["members"])
    out.say("a broken one", talk.beat("regex", regex.name, regex.epoch, regex="["))
    out.say("names as well", regex.take(talk.beat("regex", regex.name, regex.epoch, topics=["orders"], regex="other")))
    out.say("has", settle(regex))
    out.say("names only", regex.take(talk.beat("regex", regex.name, regex.epoch, topics=["orders"], regex="")))
    out.say("has", settle(regex))


def offsets(talk, out):
    group = "offsets"
    one = Member(talk, group, named("o"), topics=["orders"])
    one.join()
    settle(one)
    for version in (8, 9, 10):
        for what, name, epoch in (("its epoch", one.name, one.epoch), ("a smaller one", one.name, one.epoch - 1), ("a greater one", one.name, one.epoch + 1),
                                  ("a stranger", named("z"), one.epoch), ("nobody's", "", -1)):
            out.say(f"commit of version {version}, {what}", talk.commit(group, name, epoch, 5, version=version))
        out.say(f"commit of version {version}, no group", talk.commit("nothing", one.name, one.epoch, 5, version=version))
    for version in (9, 10):
        for what, name, epoch in (("its epoch", one.name, one.epoch), ("a smaller one", one.name, one.epoch - 1), ("a stranger", named("z"), one.epoch),
                                  ("nobody's", None, -1)):
            out.say(f"fetch of version {version}, {what}", talk.fetch(group, name, epoch, version=version))
        out.say(f"fetch of version {version}, no group", talk.fetch("nothing", one.name, one.epoch, version=version))
    two = Member(talk, group, named("p"), topics=["orders"])
    two.join()
    settle(one, two, until=lambda a, b: b)
    settle(one, two)
    kept = one.owned["orders"][0]
    out.say("a partition held since a smaller epoch", talk.commit(group, one.name, one.epoch - 1, 6, partition=kept))
    out.say("one that another has", talk.commit(group, one.name, one.epoch - 1, 6, partition=two.owned["orders"][0]))


def other_requests(talk, out):
    group = "offsets"
    out.say("a classic heartbeat", talk.classic_beat(group, named("o"), 1))
    out.say("a classic member of another type", talk.join(group, kind="connect"))
    out.say("DescribeGroups", talk.describe_classic(group))
    out.say("DescribeGroups before version 6", talk.describe_classic(group, 5))
    out.say("groups of consumers", talk.list(types=["Consumer"]))
    out.say("classic groups", talk.list(types=["classic"]))
    out.say("stable groups", talk.list(states=["stable"]))
    out.say("groups of no kind", talk.list(states=["foo"], types=["bar"]))
    out.say("a classic good-bye", talk.leave(group, named("o")))
    out.say("a heartbeat after it", talk.beat(group, named("o"), 3))


def migration(talk, out):
    group = "migration"
    old, new = ClassicMember(talk, group), Member(talk, group, named("m"), topics=["orders"])
    out.say("a classic member joins", old.join())
    out.say("and syncs", old.sync(assignment_of({"orders": [0, 1, 2]})))
    out.say("the kind of the group", [one for one in talk.list() if one[0] == group])
    out.say("one of the new protocol joins", new.join())
    out.say("the kind of the group", [one for one in talk.list() if one[0] == group])
    out.say("both have", settle(old, new, until=lambda a, b: a and b and len(a["orders"]) + len(b["orders"]) == 3))
    told = talk.describe(group)[0]
    out.say("their group", (told["error"], told["state"], told["epoch"], told["assignment_epoch"], told["assignor"]))
    out.say("its members", [(one["epoch"], one["topics"], one["regex"], one["assignment"], one["target"], one["type"]) for one in told["members"]])
    out.say("a commit of the classic member", talk.commit(group, old.name, old.epoch, 3))
    out.say("of another generation", talk.commit(group, old.name, old.epoch + 1, 3))
    out.say("a heartbeat of another generation", talk.classic_beat(group, old.name, old.epoch - 1))
    out.say("a heartbeat of a stranger", talk.classic_beat(group, "stranger", old.epoch))
    out.say("a good-bye of both kinds", (talk.leave(group, "stranger"), talk.join(group, protocol="odd", metadata=b"")["error"]))
    out.say("the last of the new protocol leaves", new.leave())
    out.say("the kind of the group", [one for one in talk.list() if one[0] == group])
    out.say("the classic member hears", talk.classic_beat(group, old.name, old.epoch))
    out.say("it joins again", old.join())
    out.say("and syncs", old.sync(assignment_of({"orders": [0, 1, 2]})))
    out.say("the classic group", talk.describe_classic(group))
    out.say("of the new protocol", talk.describe(group))
    out.say("it leaves", old.leave())


def classic_first_members(talk, out):
    """A group of the new protocol that a classic member joins, and that the other leaves."""
    group = "mixed"
    new, old = Member(talk, group, named("n"), topics=["orders"]), ClassicMember(talk, group)
    new.join()
    settle(new)
    out.say("a classic member joins", old.join())
    out.say("both have", settle(new, old, until=lambda a, b: a and b and len(a["orders"]) + len(b["orders"]) == 3))
    out.say("the classic member leaves", old.leave())
    out.say("who is left has", settle(new, until=lambda a: len(a["orders"]) == 3))
    out.say("it leaves", new.leave())
    empty = ClassicMember(talk, group)
    out.say("a classic member in what is empty now", empty.join())
    out.say("the kind of the group", [one for one in talk.list() if one[0] == group])


def conversation(connection):
    talk, out = Talk(connection), Transcript()
    for part in (refusals, a_life, static_members, subscriptions, offsets, other_requests, migration, classic_first_members):
        out.lines.append(f"# {part.__name__.replace('_', ' ')}")
        part(talk, out)
    return out.lines
