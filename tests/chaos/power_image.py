"""A file system of one file on a loop device, whose power can be cut: what was not synced then is gone, as after a real loss of power.

The cut is ext4's own: from that call on nothing reaches the device any more, not even the journal. The next mount replays what the journal
has. Pages that nobody syncs wait half a minute before the system writes them by itself (vm.dirty_expire_centisecs), and a life between two
mounts takes a second or two, so nothing of the machine needs to be set otherwise; a canary in each life shows that it was so.
"""
import ctypes
import fcntl
import os
import pathlib
import struct
import subprocess
import tempfile

EXT4_IOC_SHUTDOWN, NOLOGFLUSH = 0x8004587D, 2
SYNC_FILE_RANGE = 7  # wait before, write, wait after
PAGE = 4096
LIBC = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """This machine does not let us mount, or cut."""


def command(*words):
    paths = {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, env=paths)
    if done.returncode:
        raise Refused(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()}")
    return done.stdout.strip()


class PowerImage:
    """`with PowerImage(folder, mib) as image:` image.place is mounted."""

    def __init__(self, folder, mib):
        self.file, self.place, self.mib = folder / "image", folder / "disk", mib
        self.device, self.mounted, self.canary_number = None, False, 0

    def __enter__(self):
        try:
            with open(self.file, "wb") as file:
                file.truncate(self.mib << 20)
            command("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.file)
            self.place.mkdir(exist_ok=True)
            self.device = command("losetup", "--find", "--show", self.file)
            self.mount()
        except (Refused, OSError) as problem:
            self.__exit__()
            raise Refused(str(problem)) from None
        return self

    def __exit__(self, *_):
        if self.mounted:
            self.unmount()
        if self.device:
            command("losetup", "--detach", self.device)
            self.device = None

    def mount(self):
        command("mount", "-t", "ext4", self.device, self.place)
        self.mounted = True

    def unmount(self):
        command("umount", self.place)
        self.mounted = False

    def sync(self):
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            if LIBC.syncfs(descriptor):
                raise OSError(ctypes.get_errno(), "syncfs")
        finally:
            os.close(descriptor)

    def set_canary(self):
        """A file that is not synced: gone after a cut."""
        self.canary_number += 1
        self.canary.write_bytes(b"x" * 2 * PAGE)

    @property
    def canary(self):
        return self.place / f"lost+found/canary-{self.canary_number}"

    def canary_is_gone(self):
        return not self.canary.exists() or self.canary.stat().st_size == 0

    def tear(self, pattern):
        """The last page of each of these files goes to the device before those in front of it, and so does where the files end."""
        for path in self.place.glob(pattern):
            with open(path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size > PAGE and LIBC.sync_file_range(file.fileno(), ctypes.c_long(size // PAGE * PAGE), ctypes.c_long(PAGE), SYNC_FILE_RANGE):
                    raise OSError(ctypes.get_errno(), str(path))
        with open(self.place / "lost+found/synced", "wb") as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())

    def cut(self):
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NOLOGFLUSH))
        finally:
            os.close(descriptor)

    def restore(self):
        """After a cut, when nobody has files open there."""
        self.unmount()
        self.mount()


def refusal():
    """Why this machine cannot do it, or none: found by trying."""
    with tempfile.TemporaryDirectory(prefix="bs-") as folder:
        try:
            with PowerImage(pathlib.Path(folder), 16) as image:
                image.set_canary()
                image.cut()
                image.restore()
                return None if image.canary_is_gone() else "a cut lost nothing"
        except (Refused, OSError) as problem:
            return str(problem)
