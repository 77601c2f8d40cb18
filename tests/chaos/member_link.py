"""A member's connection to its broker, its lives, and its lines in the history."""
import asyncio
import itertools
import os
import time

from harness.flexible import TAGS, FlexibleReader
from harness.wire import Reader, frame, header

numbers = itertools.count()


def now_ms():
    return time.monotonic_ns() // 1_000_000


class Link:
    def __init__(self, host, group):
        self.host, self.group, self.kind = host, group, group.partition("-")[0]
        self.streams, self.correlation = None, 0

    def begin_life(self):
        self.life = f"{self.host.name}.{os.getpid()}.{next(numbers)}"

    def say(self, event, **more):
        self.host.say(self.group, self.life, event, more)

    async def ask(self, key, version, body, flexible=False):
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.host.port)
        reader, writer = self.streams
        self.correlation += 1
        try:
            writer.write(frame(header(key, version, self.correlation, self.life, flexible) + body + (TAGS if flexible else b"")))
            size = int.from_bytes(await reader.readexactly(4), "big")
            reply = (FlexibleReader if flexible else Reader)(await reader.readexactly(size))
        except (asyncio.IncompleteReadError, OSError):
            self.drop()
            raise ConnectionError from None
        assert reply.i32() == self.correlation
        if flexible:
            reply.tags()
        return reply

    def drop(self):
        if self.streams is not None:
            self.streams[1].transport.abort()
        self.streams = None

    async def pause(self, part_of_session, longest):
        """A random time in parts of a session."""
        await asyncio.sleep(self.host.session_ms / 1000 * self.host.chance.uniform(part_of_session, longest))
