"""The hand on fault_shim.c: builds it, gives it its orders, and reads what really happened."""
import ctypes
import errno
import mmap
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests/chaos/fault_shim.c"
LIBRARY = ROOT / "build/chaos/fault_shim.so"

CREATE, WRITE, SYNC, RENAME, REMOVE, MKDIR, CUT, READ, SEND, RESERVE = (1 << bit for bit in range(10))
CHANGES = CREATE | WRITE | SYNC | RENAME | REMOVE | MKDIR | CUT  # what a crash can come between
NEEDS_ROOM = CREATE | WRITE | MKDIR | RESERVE
NAMES = {CREATE: "create", WRITE: "write", SYNC: "fsync", RENAME: "rename", REMOVE: "unlink", MKDIR: "mkdir", CUT: "truncate", READ: "read", SEND: "sendfile",
         RESERVE: "fallocate"}
KILL, FAIL, STALL, HALF = 1, 2, 3, 4


class Orders(ctypes.Structure):
    _fields_ = [("armed", ctypes.c_uint32), ("ops", ctypes.c_uint32), ("action", ctypes.c_uint32), ("error", ctypes.c_uint32),
                ("stall_ms", ctypes.c_uint32), ("torn", ctypes.c_uint32), ("first", ctypes.c_int64), ("times", ctypes.c_int64),
                ("seen", ctypes.c_int64), ("fired", ctypes.c_int64), ("clock_ns", ctypes.c_int64), ("clock_reads", ctypes.c_int64),
                ("wall_waits", ctypes.c_int64), ("fired_op", ctypes.c_uint32), ("stalled", ctypes.c_uint32),
                ("root", ctypes.c_char * 512), ("part", ctypes.c_char * 256), ("fired_path", ctypes.c_char * 512)]


def build():
    if LIBRARY.exists() and LIBRARY.stat().st_mtime > SOURCE.stat().st_mtime:
        return
    LIBRARY.parent.mkdir(parents=True, exist_ok=True)
    fresh = LIBRARY.with_suffix(".new")
    subprocess.run(["cc", "-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", fresh, SOURCE, "-ldl"], check=True)
    fresh.replace(LIBRARY)


class Shim:
    """Faults on files below `root`, one kind at a time."""

    def __init__(self, control, root):
        build()
        self.control = pathlib.Path(control)
        self.control.write_bytes(bytes(ctypes.sizeof(Orders)))
        self.file = open(self.control, "r+b")
        self.map = mmap.mmap(self.file.fileno(), ctypes.sizeof(Orders))
        self.orders = Orders.from_buffer(self.map)
        self.orders.root = str(root).encode() + b"/"
        self.total = 0  # faults that happened, over all orders

    def environment(self):
        return {"LD_PRELOAD": str(LIBRARY), "CHAOS_SHIM_CONTROL": str(self.control)}

    def arm(self, ops, action=KILL, first=1, times=-1, part="", error=errno.EIO, stall_ms=0, torn=False):
        self.disarm()
        orders = self.orders
        orders.ops, orders.action, orders.error, orders.stall_ms, orders.torn = ops, action, error, stall_ms, torn
        orders.first, orders.times, orders.part = first, times, part.encode()
        orders.seen = orders.fired = 0
        orders.armed = 1

    def disarm(self):
        if self.orders.armed:
            self.total += self.orders.fired
        self.orders.armed = 0

    @property
    def fired(self):
        return self.orders.fired

    @property
    def where(self):
        """The call that the last fault came to."""
        path = self.orders.fired_path.decode()
        return f"{NAMES.get(self.orders.fired_op, '?')} of {path.removeprefix(self.orders.root.decode())}"

    def wait_for_fault(self, seconds, count=1):
        """Whether it came in time. It polls another process: nothing else can be waited on."""
        deadline = time.monotonic() + seconds
        while self.orders.fired < count and time.monotonic() < deadline:
            time.sleep(0.005)
        return self.orders.fired >= count

    def move_clock(self, seconds):
        self.orders.clock_ns = int(seconds * 1_000_000_000)
