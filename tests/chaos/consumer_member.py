"""A member of a KIP-848 group. What it owns goes to the history when it begins or ends: "owns", with its epoch, after the answer that says so,
and before the request that tells the coordinator of what it has let go; "beat" is a heartbeat that was answered, with when it was sent."""
import asyncio
import base64
import uuid

from harness.flexible import TAGS, array, text
from harness.groups import OFFSET_COMMIT
from harness.wire import i16, i32, i64
from member_link import Link, now_ms

CONSUMER_HEARTBEAT = 68
UNKNOWN_MEMBER, NO_SUCH_GROUP, FENCED_INSTANCE, FENCED_EPOCH = 25, 69, 82, 110  # the second: it has become a classic group without this member


class ConsumerMember(Link):
    def __init__(self, host, group, topic):
        super().__init__(host, group)
        self.topic, self.topic_id = topic, None
        self.instance = f"{group}-{host.name}" if self.kind == "instance" else None
        self.forget()

    def forget(self):
        self.begin_life()
        self.id = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        self.epoch, self.owned, self.told = 0, set(), None

    def owns(self, **more):
        self.say("owns", member=self.instance or self.id, generation=self.epoch, partitions=sorted(self.owned), **more)

    async def live(self):
        while True:
            try:
                await self.stay()
            except ConnectionError:
                self.say("cut")
                await asyncio.sleep(0.05)

    async def beat(self, epoch):
        """One heartbeat; its error."""
        owned = [self.topic_id + array([i32(p) for p in sorted(self.owned)]) + TAGS] if self.owned else []
        full = epoch == 0
        body = text(self.group) + text(self.id) + i32(epoch) + text(self.instance) + text(None) + i32(self.host.rebalance_ms if full else -1)
        body += array([text(self.topic)] if full else None) + text(None) + text(None)
        body += array(owned if full or self.owned != self.told else None)
        sent, told = now_ms(), set(self.owned)
        self.say("join" if full else "sync")
        reply = await self.ask(CONSUMER_HEARTBEAT, 1, body, flexible=True)
        reply.i32()
        error = reply.i16()
        reply.text(), reply.text()
        now = reply.i32()
        reply.i32()
        if error:
            self.say("refused", error=error)
            return error
        self.told = told
        self.say("beat", sent=sent)
        given = self.assignment(reply) if reply.i8() >= 0 else self.owned
        if (given, now) != (self.owned, self.epoch) and epoch >= 0:
            self.owned, self.epoch = given, now
            self.owns()
        return 0

    def assignment(self, reply):
        given = set()
        for topic_id, partitions in reply.array(lambda: (reply.raw(16), reply.values(reply.i32))):
            self.topic_id = topic_id
            given.update(partitions)
        reply.tags()
        return given

    async def stay(self):
        """Until it has to begin anew."""
        chance = self.host.chance
        while True:
            error = await self.beat(self.epoch)
            if error in (UNKNOWN_MEMBER, NO_SUCH_GROUP, FENCED_EPOCH, FENCED_INSTANCE):
                self.owned = set()
                self.owns(lost=error)
                self.forget()
            elif error:  # later, or another process still has its instance
                await asyncio.sleep(0.1)
            else:
                await self.pause(0.1, 0.25)
            dice = chance.random()
            if dice < 0.004:
                await self.leave()
            elif dice < 0.008:
                self.say("silent")
                await self.pause(0.5, 2.5)
                await self.commit()
            elif dice < 0.012:
                self.drop()
            elif dice < 0.1:
                await self.commit()

    async def commit(self):
        if not self.owned:
            return
        sent, partition = now_ms(), min(self.owned)
        body = text(self.group) + i32(self.epoch) + text(self.id) + text(self.instance)
        body += array([text(self.topic) + array([i32(partition) + i64(1) + i32(-1) + text("") + TAGS]) + TAGS])
        reply = await self.ask(OFFSET_COMMIT, 9, body, flexible=True)
        reply.i32()
        error = reply.array(lambda: (reply.text(), reply.array(lambda: (reply.i32(), reply.i16()))))[0][1][0][1]
        self.say("commit", error=error, generation=self.epoch, sent=sent, partition=partition, member=self.instance or self.id)

    async def leave(self):
        self.owned = set()
        self.owns(lost=0)
        await self.beat(-2 if self.instance else -1)
        self.drop()
        self.forget()
        await asyncio.sleep(self.host.chance.uniform(0, 1))
