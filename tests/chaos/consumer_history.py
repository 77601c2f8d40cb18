"""What the members of KIP-848 groups owned, and when: checked on the events "owns" and "beat" of a History."""
import collections

CLOCK_MS = 2  # a time is written down in whole milliseconds


def owners(history):
    """(ms, group, member, life, generation, what it owns, what is new of it) of each change."""
    had = {}
    for at, group, life, event, more in history.events:
        if event == "owns":
            now = set(more["partitions"])
            yield at, group, more["member"], life, more["generation"], now, now - had.get(life, set())
            had[life] = now


def two_at_one_time(history, session_ms):
    """A partition is taken while another member, whose session cannot have ended, has it. Who hears of it only when its own session may have
    ended, because it was stopped meanwhile, takes nothing."""
    holders, heard = collections.defaultdict(dict), {}  # group -> {partition: (member, life)}; life -> when its last answered heartbeat was sent
    changes = {}
    for change in owners(history):
        changes.setdefault((change[0], change[3]), []).append(change)
    for at, group, life, event, more in history.events:
        if event == "beat":
            heard[life] = more["sent"]
        if event != "owns":
            continue
        _, _, member, _, generation, now, new = changes[at, life].pop(0)
        held = holders[group]
        for partition in [p for p, holder in held.items() if holder == (member, life) and p not in now]:
            del held[partition]
        for partition in new if at < heard.get(life, 0) + session_ms - CLOCK_MS else ():
            other, its_life = held.get(partition, (member, life))
            alive = history.dead.get(its_life.rpartition(".")[0], float("inf")) > at
            if other != member and alive and at < heard.get(its_life, 0) + session_ms - CLOCK_MS:
                yield f"two at one time: {group} partition {partition}: {member} in generation {generation} while {other} has it, at {at}"
            held[partition] = member, life


def late(history):
    """Commits for a partition that another member had taken in a later generation before they were sent."""
    takes = collections.defaultdict(list)
    for at, group, member, _, generation, _, new in owners(history):
        for partition in new:
            takes[group, partition].append((at, member, generation))
    for at, group, _, event, more in history.events:
        for partition in more["partitions"] if event == "synced" else ():
            takes[group, partition].append((at, more["member"], more["generation"]))
    for event in history.events:
        _, group, _, word, more = event
        if word == "commit" and "partition" in more:
            if any(at < more["sent"] and member != more["member"] and generation > more["generation"] for at, member, generation in takes[group, more["partition"]]):
                yield event


def late_commits(history):
    for at, group, life, _, more in late(history):
        if more["error"] == 0:
            yield f"late commit: {group} {life} committed partition {more['partition']} as generation {more['generation']} at {at}, when another had taken it"


def unsettled(history, groups, partitions):
    """(group, why) of those of which not every partition has one owner among those who live, of either protocol."""
    last, dealt = {}, collections.defaultdict(list)
    for _, group, life, event, more in history.events:
        if event in ("owns", "synced"):
            last[life] = group, more["partitions"]
        elif event in ("joined", "lost", "left"):  # an eager member has given up what it had
            last[life] = group, []
    for life, (group, owned) in last.items():
        if life.rpartition(".")[0] not in history.dead:
            dealt[group] += owned
    for group in groups:
        if sorted(dealt[group]) != list(range(partitions)):
            yield group, f"unsettled: {group} has {sorted(dealt[group])} dealt out after all was quiet"


def with_a_thief(history):
    """The events, as if somebody had a partition that another has just been given."""
    for number, (at, group, life, event, more) in enumerate(history.events):
        if event == "owns" and more["partitions"]:
            thief = f"{life}0"
            stolen = [[at, group, thief, "beat", {"sent": at}], [at, group, thief, "owns", more | {"member": "thief"}]]
            return [*history.events[:number + 1], *stolen, *history.events[number + 1:]]
    return history.events
