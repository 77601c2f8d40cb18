#!/usr/bin/env python3
"""A process with a member in each of many groups, for tests/chaos/rebalances, which kills and stops it.

Members do on their own, at random, what members do: they leave, lose their connection, fall silent beyond their session and come back with
what they knew. What they ask and hear goes to the history, a line of JSON each: [ms, group, life, event, more]. A life is a member from its
first join until it forgets its id.
usage: member_host.py PORT HOST HISTORY SESSION_MS REBALANCE_MS GROUP…     (the kind of a group is its name's first word: consumer, instance: KIP-848)
"""
import asyncio
import json
import os
import pathlib
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scenario"))
from harness.groups import HEARTBEAT, JOIN_GROUP, LEAVE_GROUP, OFFSET_COMMIT, SYNC_GROUP  # noqa: E402
from harness.wire import Reader, array, i16, i32, i64, octets, string  # noqa: E402
from consumer_member import ConsumerMember  # noqa: E402
from member_link import Link, now_ms  # noqa: E402

TOPIC, PARTITIONS = "chaos", 12
(ILLEGAL_GENERATION, UNKNOWN_MEMBER, REBALANCE, MEMBER_ID_REQUIRED, FENCED_INSTANCE) = 22, 25, 27, 79, 82
PROTOCOLS = {"eager": "range", "static": "range", "control": "range", "mixed": "range", "cooperative": "cooperative-chaos"}


def places(partitions):
    return array([string(TOPIC) + array([i32(p) for p in sorted(partitions)])] if partitions else [])


def read_places(reader):
    return {p for _, ps in reader.array(lambda: (reader.string(), reader.array(reader.i32))) for p in ps}


def subscription(owned):
    """Kafka's own, version 1, so that other clients may lead the group."""
    return i16(1) + array([string(TOPIC)]) + octets(None) + places(owned)


def owned_of(data):
    reader = Reader(data)
    version = reader.i16()
    reader.array(reader.string), reader.octets()
    return read_places(reader) if version >= 1 else set()


def deal(members, kind):
    """{member: partitions}. Cooperative: everybody keeps what is within a fair share; what somebody else still has waits for the next round."""
    names = sorted(members)
    if kind != "cooperative":
        shares = {name: {p for p in range(PARTITIONS) if p % len(names) == i} for i, name in enumerate(names)}
        if kind == "control" and len(names) > 1:
            shares[names[0]].add(1)
        return shares
    most = -(-PARTITIONS // len(names))
    claims, shares = {p: name for name in names for p in sorted(members[name])}, {name: set() for name in names}
    for partition, name in sorted(claims.items()):
        if len(shares[name]) < most:
            shares[name].add(partition)
    for partition in set(range(PARTITIONS)) - set(claims):
        min(shares.values(), key=len).add(partition)
    return shares


class Member(Link):
    """Of a classic group."""

    def __init__(self, host, group):
        super().__init__(host, group)
        self.instance = f"{group}-{host.name}" if self.kind == "static" else None
        self.rejoin = False
        self.forget()

    def forget(self):
        self.begin_life()
        self.id, self.generation, self.owned = "", -1, set()

    async def live(self):
        while True:
            try:
                if await self.join():
                    await self.stay()
            except ConnectionError:
                self.say("cut")
                await asyncio.sleep(0.05)

    async def join(self):
        """True: it has an assignment."""
        owned = self.owned if self.kind == "cooperative" else set()
        self.say("join")
        reply = await self.ask(JOIN_GROUP, 5, string(self.group) + i32(self.host.session_ms) + i32(self.host.rebalance_ms) + string(self.id)
                               + string(self.instance) + string("consumer") + array([string(PROTOCOLS[self.kind]) + octets(subscription(owned))]))
        reply.i32()
        error, generation = reply.i16(), reply.i32()
        reply.string()
        leader, member = reply.string(), reply.string()
        members = {name: owned_of(data) for name, _, data in reply.array(lambda: (reply.string(), reply.string(), reply.octets()))}
        self.say("joined", error=error, generation=generation)
        if error == MEMBER_ID_REQUIRED:
            self.id = member
        elif error in (UNKNOWN_MEMBER, FENCED_INSTANCE):
            self.forget()
        elif error == 0:
            self.id, self.generation = member, generation
            return await self.sync(deal(members, self.kind) if leader == member and members else {})
        if error not in (MEMBER_ID_REQUIRED, UNKNOWN_MEMBER):
            await asyncio.sleep(0.05)
        return False

    async def sync(self, shares):
        self.say("sync", generation=self.generation, leads=bool(shares))
        given = [string(name) + octets(i16(0) + places(share) + octets(None)) for name, share in shares.items()]
        reply = await self.ask(SYNC_GROUP, 3, string(self.group) + i32(self.generation) + string(self.id) + string(self.instance) + array(given))
        reply.i32()
        error, data = reply.i16(), reply.octets()
        if error == 0:
            reader = Reader(data) if data else None
            now = read_places(reader) if reader and reader.i16() >= 0 else set()
            # A cooperative member that has to give something up joins again without it.
            self.rejoin = self.kind == "cooperative" and bool(self.owned - now)
            self.owned = now
        self.say("synced", error=error, generation=self.generation, member=self.instance or self.id, partitions=sorted(self.owned) if error == 0 else [])
        if error in (UNKNOWN_MEMBER, FENCED_INSTANCE, ILLEGAL_GENERATION):
            self.forget()
        return error == 0

    async def stay(self):
        """Until it has to join again."""
        chance = self.host.chance
        while not self.rejoin:
            await self.pause(0.12, 0.3)
            dice = chance.random()
            if dice < 0.004:
                return await self.leave()
            if dice < 0.008:
                self.say("silent")
                await self.pause(0.5, 2.5)
                await self.commit()
            elif dice < 0.012:
                self.drop()
            elif dice < 0.1:
                await self.commit()
            if not await self.heartbeat():
                break
        if self.kind != "cooperative":
            self.owned = set()
        self.rejoin = False
        return None

    async def heartbeat(self):
        before = time.monotonic()
        reply = await self.ask(HEARTBEAT, 3, string(self.group) + i32(self.generation) + string(self.id) + string(self.instance))
        reply.i32()
        error = reply.i16()
        if time.monotonic() - before > 0.3:
            self.say("slow", ms=round((time.monotonic() - before) * 1000))
        if error in (UNKNOWN_MEMBER, FENCED_INSTANCE, ILLEGAL_GENERATION):
            self.say("lost", error=error)
            self.forget()
        return error == 0

    async def commit(self):
        """Static members say who they are by their member id alone in this version."""
        sent, partition, member = now_ms(), min(self.owned, default=0), self.instance or self.id
        reply = await self.ask(OFFSET_COMMIT, 2, string(self.group) + i32(self.generation) + string(self.id) + i64(-1)
                               + array([string(TOPIC) + array([i32(partition) + i64(1) + string("")])]))
        error = reply.array(lambda: (reply.string(), reply.array(lambda: (reply.i32(), reply.i16()))))[0][1][0][1]
        of_its_own = {"partition": partition, "member": member} if partition in self.owned else {}
        self.say("commit", error=error, generation=self.generation, sent=sent, **of_its_own)

    async def leave(self):
        if self.instance is None:
            await self.ask(LEAVE_GROUP, 2, string(self.group) + string(self.id))
        self.say("left")
        self.drop()
        self.forget()
        await asyncio.sleep(self.host.chance.uniform(0, 1))


class Host:
    def __init__(self, port, name, history, session_ms, rebalance_ms, groups):
        self.port, self.name, self.session_ms, self.rebalance_ms = int(port), name, int(session_ms), int(rebalance_ms)
        self.history = os.open(history, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.chance = random.Random(f"{name}.{os.getpid()}")
        self.members = [self.member_of(group) for group in groups]

    def member_of(self, group):
        modern = group.startswith(("consumer-", "instance-")) or group.startswith("mixed-") and int(self.name[-1]) % 2 == 0
        return ConsumerMember(self, group, TOPIC) if modern else Member(self, group)

    def say(self, group, life, event, more):
        os.write(self.history, (json.dumps([now_ms(), group, life, event, more]) + "\n").encode())  # at once: a kill may come

    async def live(self):
        await asyncio.gather(*(member.live() for member in self.members))


if __name__ == "__main__":
    asyncio.run(Host(*sys.argv[1:6], sys.argv[6:]).live())
