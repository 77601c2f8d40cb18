"""What strangers do to a broker's connections and memory: each attack begins, goes on while an honest client is measured, and is judged."""
import errno
import select
import socket
import struct
import time

from bombs import BOMBS
from harness.batch import batch, record
from harness.wire import API_VERSIONS, FETCH, METADATA, PRODUCE, array, frame, header, i8, i16, i32, i64, octets, string

JOIN_GROUP, DESCRIBE_CONFIGS = 11, 32
RESET = struct.pack("ii", 1, 0)


class Attack:
    """`rig`: the port, the topics, the sizes. Sockets that are held are closed at the end."""
    name = ""
    held_connections = 0  # that the broker keeps memory for, beside its caps
    held_kib = 0  # what else it may keep: of a group, 64 MiB

    def __init__(self, rig):
        self.rig, self.held = rig, []

    def connect(self, timeout=20.0):
        one = socket.create_connection(("127.0.0.1", self.rig.port), timeout)
        self.held.append(one)
        return one

    def push(self, one, data):
        """As much as goes without waiting; False when the connection is gone."""
        one.setblocking(False)
        try:
            while data:
                data = data[one.send(data):]
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True

    def closed(self):
        """How many of the held ones the broker has ended."""
        count = 0
        for one in self.held:
            one.setblocking(False)
            try:
                while True:
                    if not one.recv(1 << 16):
                        count += 1
                        break
            except BlockingIOError:
                pass
            except OSError:
                count += 1
        return count

    def begin(self):
        pass

    def go_on(self):
        time.sleep(0.02)  # the attack is what is held

    def problems(self):
        return []

    def end(self):
        for one in self.held:
            one.close()
        self.held = []


class SlowOctets(Attack):
    """Frames that come an octet at a time: their whole deadline ends them."""
    name = "one octet at a time"

    def begin(self):
        self.data = frame(header(METADATA, 1) + array([string("t" * 200)]))
        for _ in range(200):
            self.connect().sendall(self.data[:2])
        self.next, self.at = time.monotonic(), 2

    def go_on(self):
        if time.monotonic() >= self.next and self.at < len(self.data):
            self.next += self.rig.octet_every_s
            for one in self.held:
                self.push(one, self.data[self.at:self.at + 1])
            self.at += 1
        time.sleep(0.02)

    def problems(self):
        ended = self.closed()
        return [f"{200 - ended} of 200 live on after the deadline of a request"] if self.rig.waits_for_deadlines and ended < 200 else []


class HeaderOnly(Attack):
    """Requests that announce 60 MB and never come."""
    name = "header only"

    def begin(self):
        for _ in range(500):
            self.connect().sendall(i32(60 * 2**20) + header(PRODUCE, 7))


class HalfProduce(Attack):
    """Many large requests, each half sent: more than fits under the cap."""
    name = "large requests half sent"

    def begin(self):
        self.half = b"\0" * 2**20
        for _ in range(200):
            self.push(self.connect(), i32(4 * 2**20) + header(PRODUCE, 7))

    def go_on(self):
        for one in self.held:
            self.push(one, self.half)
        time.sleep(0.1)


class SlowReaders(Attack):
    """Large fetches whose answers nobody reads: they lie in files, and cost nothing."""
    name = "readers that never read"

    def begin(self):
        part = array([string(self.rig.large) + array([i32(0) + i64(0) + i64(-1) + i32(2**31 - 1)])])
        body = i32(-1) + i32(0) + i32(1) + i32(2**31 - 1) + i8(0) + i32(0) + i32(-1) + part + array([])
        for _ in range(100):
            self.push(self.connect(), frame(header(FETCH, 7) + body) * 20)


class UnreadAnswers(Attack):
    """Tiny requests with large answers from memory, by hundreds, and nobody reads."""
    name = "answers from memory never read"

    def begin(self):
        resource = i8(2) + string("t") + array(None)
        self.request = frame(header(DESCRIBE_CONFIGS, 3) + array([resource] * 50) + i8(1) + i8(1))
        for _ in range(300):
            self.connect()

    def go_on(self):
        for one in self.held:
            self.push(one, self.request * 50)
        time.sleep(0.1)


class Remembered(Attack):
    """Connections that had something large served, and stay: nothing of it is kept for them."""
    name = "large requests served before"

    def begin(self):
        resource = i8(2) + string("t") + array([string("k" * 30000)] * 8)
        self.data = frame(header(DESCRIBE_CONFIGS, 3) + array([resource] * 17) + i8(1) + i8(1))
        self.answered = 0

    def go_on(self):
        if len(self.held) >= 150:
            return super().go_on()
        try:
            one = self.connect()
            one.sendall(self.data)
            self.answered += len(one.recv(4, socket.MSG_WAITALL)) == 4
        except OSError:
            pass

    def problems(self):
        return [] if self.answered == len(self.held) else [f"{self.answered} of {len(self.held)} were answered"]


class Amplified(Attack):
    """One resource named a hundred thousand times: no request may ask for more than a request may take."""
    name = "one thing asked for many times"

    def begin(self):
        self.data = frame(header(DESCRIBE_CONFIGS, 3) + array([i8(2) + string("t") + array(None)] * 100000) + i8(1) + i8(1))

    def go_on(self):
        one = self.connect()
        try:
            one.sendall(self.data)
            one.recv(1)
        except OSError:
            pass
        self.held.remove(one)
        one.close()


class ManyPartitions(Attack):
    """Fetches of fifty thousand partitions that wait for ever."""
    name = "fetches of many partitions"

    def begin(self):
        parts = array([i32(n) + i64(0) + i64(-1) + i32(1000) for n in range(50000)])
        body = i32(-1) + i32(2**31 - 1) + i32(2**31 - 1) + i32(2**31 - 1) + i8(0) + i32(0) + i32(-1) + array([string("t") + parts]) + array([])
        self.data = frame(header(FETCH, 7) + body)
        for _ in range(40):
            one = self.connect()
            try:
                one.sendall(self.data)
            except OSError:
                pass


class Idle(Attack):
    """Thousands that do nothing, having asked for one thing as clients do, and a hundred that do."""
    name = "idle connections"

    def begin(self):
        before = self.rig.rss_kib()
        request = frame(header(API_VERSIONS, 0))
        for _ in range(self.rig.idle):
            self.connect().sendall(request)
        for one in self.held:
            one.recv(1 << 16)
        self.each = (self.rig.rss_kib() - before) * 1024 / self.rig.idle
        self.held_connections = self.rig.idle
        self.active = self.held[:100]

    def go_on(self):
        request = frame(header(API_VERSIONS, 0))
        for one in self.active:
            one.setblocking(True)
            one.sendall(request)
            one.recv(1 << 16)

    def problems(self):
        self.rig.tell(f"an idle connection takes {self.each:.0f} octets of the broker's memory")
        return [f"an idle connection takes {self.each:.0f} octets, more than 4096"] if self.each > 4096 else []


class Storm(Attack):
    """Connects and closes as fast as the machine can."""
    name = "connect storm"
    linger = None

    def begin(self):
        self.made, self.begun, self.open = 0, time.monotonic(), []

    def leave(self, one):
        if self.linger:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, self.linger)
        one.close()

    def go_on(self):
        if self.made >= self.rig.storm:
            return time.sleep(0.02)
        for _ in range(64):
            one = socket.socket()
            one.setblocking(False)
            if one.connect_ex(("127.0.0.1", self.rig.port)) not in (0, errno.EINPROGRESS):
                one.close()
                continue
            self.made += 1
            self.open.append(one)
        while len(self.open) > 256:
            self.leave(self.open.pop(0))

    def problems(self):
        took = time.monotonic() - self.begun
        self.rig.tell(f"{self.made} connections in {took:.1f} s")
        return [f"only {self.made} connections were made"] if self.made < self.rig.storm and self.rig.waits_for_deadlines else []

    def end(self):
        for one in self.open:
            self.leave(one)


class Resets(Storm):
    """The same with half a request, and a reset in place of an end."""
    name = "reset storm"
    linger = RESET

    def leave(self, one):
        self.push(one, i32(500) + b"half")
        super().leave(one)


class Pipelined(Attack):
    """A hundred thousand requests on one connection at once, all to be answered, in order."""
    name = "pipelined requests"

    def begin(self):
        self.one = self.connect()
        self.one.setblocking(False)
        self.data = memoryview(b"".join(frame(header(API_VERSIONS, 0, n)) for n in range(self.rig.pipelined)))
        self.got, self.next, self.wrong = b"", 0, 0

    def go_on(self):
        readable, writable, _ = select.select([self.one], [self.one] if self.data else [], [], 0.05)
        if writable:
            self.data = self.data[self.one.send(self.data[:1 << 20]):]
        if readable:
            self.got += self.one.recv(1 << 20)
            at = 0
            while len(self.got) - at >= 8:
                size, correlation = struct.unpack_from(">ii", self.got, at)
                if len(self.got) - at < 4 + size:
                    break
                self.wrong += correlation != self.next
                self.next += 1
                at += 4 + size
            self.got = self.got[at:]

    def problems(self):
        end = time.monotonic() + 60
        while self.next < self.rig.pipelined and time.monotonic() < end:
            self.go_on()
        bad = [f"{self.wrong} answers came out of order"] if self.wrong else []
        return bad + ([f"{self.next} of {self.rig.pipelined} requests were answered"] if self.next < self.rig.pipelined else [])


class PipelinedUnread(Attack):
    """Requests that wait for other loops, pipelined behind one another, and nobody reads."""
    name = "pipelined and never read"

    def begin(self):
        body = string("group") + array(None)
        self.data = b"".join(frame(header(9, 5, n) + body) for n in range(20000)) + b"".join(frame(header(METADATA, 1, n) + array(None)) for n in range(20000))
        for _ in range(20):
            self.connect()

    def go_on(self):
        for one in self.held:
            self.push(one, self.data)
        time.sleep(0.05)


class JoinMetadata(Attack):
    """Members with 20 MiB of metadata each, in one group."""
    name = "members with much to say"
    held_kib = 64 << 10

    def begin(self):
        for _ in range(30):
            protocols = array([string("range") + octets(b"\0" * (20 << 20))])
            body = string("large") + i32(60000) + i32(60000) + string("") + string("consumer") + protocols
            one = self.connect()
            try:
                one.sendall(frame(header(JOIN_GROUP, 2) + body))
            except OSError:
                pass


class Bombs(Attack):
    """Batches that inflate to many times their size, of one codec, in requests full of them: each a record of 20 MiB, which is no error."""
    codec = ""

    @property
    def name(self):
        return f"bombs of {self.codec}"

    def begin(self):
        attribute, make = BOMBS[self.codec]
        bomb = batch(payload=make(20), attributes=attribute, count=1)
        parts = array([i32(0) + octets(bomb)] * max(1, min(100, (1 << 20) // len(bomb))))
        self.data = frame(header(PRODUCE, 7) + string(None) + i16(1) + i32(10000) + array([string("t") + parts]))
        self.sent, self.answered = 0, 0

    def go_on(self):
        one = self.held[0] if self.held else self.connect()
        one.setblocking(True)
        try:
            one.sendall(self.data)
            self.sent += 1
            size = struct.unpack(">i", one.recv(4, socket.MSG_WAITALL))[0]
            reply = one.recv(size, socket.MSG_WAITALL)
            # One topic, its partitions, and of the first its error.
            error = struct.unpack_from(">h", reply, 4 + 4 + 2 + 1 + 4 + 4)[0]
            self.answered += error == 0
        except (OSError, struct.error):
            self.end()

    def problems(self):
        return [] if self.sent and self.answered == self.sent else [f"{self.answered} of {self.sent} requests full of bombs were answered, their first one as good"]


class TooMany(Attack):
    """More connections than one address may have."""
    name = "more connections than allowed"

    def begin(self):
        self.refused = 0
        for _ in range(self.rig.per_address + 300):
            try:
                self.connect(5)
            except OSError:
                self.refused += 1

    def go_on(self):
        time.sleep(0.2)

    def problems(self):
        ended = self.refused + self.closed()
        lines = [line for line in self.rig.new_log() if "max.connections.per.ip" in line]
        self.rig.tell(f"{ended} were refused, with {len(lines)} lines in the log")
        bad = [] if 300 <= ended <= 310 else [f"{ended} were refused, not some 300"]
        return bad + ([] if 1 <= len(lines) <= 4 else [f"{len(lines)} lines in the log"])


def attacks():
    bombs = [type(f"Bombs_{codec}", (Bombs,), {"codec": codec}) for codec in BOMBS]
    # Idle ones first: what others leave in the allocator would hide what they take.
    return [Idle, SlowOctets, HeaderOnly, HalfProduce, SlowReaders, UnreadAnswers, Remembered, Amplified, ManyPartitions, Storm, Resets, Pipelined,
            PipelinedUnread, JoinMetadata, *bombs, TooMany]
