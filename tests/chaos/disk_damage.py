"""What a disk makes of the files of a broker that does not run: octets changed, cut off, gone, exchanged, or old again.

A kind picks a file and damages it. What has to hold: the broker starts and serves what is whole, or ends with a sentence that names the file;
no octets are served as good that were not written; what is missing is said; and where it refused, nothing was changed, so that the old file
mends it.
"""
import shutil
import signal

from fault_broker import FaultBroker

TYPES = {
    "closed-log": ("data/t-0/*.log", -2), "active-log": ("data/t-0/*.log", -1), "first-log": ("data/t-0/*.log", 0),
    "index": ("data/t-0/*.index", 0), "time-index": ("data/t-0/*.timeindex", 0), "snapshot": ("data/t-0/*.snapshot", -1),
    "leader-epoch": ("data/t-0/leader-epoch-checkpoint", 0), "partition-metadata": ("data/t-0/partition.metadata", 0),
    "recovery-point": ("data/recovery-point-offset-checkpoint", 0), "replication-offset": ("data/replication-offset-checkpoint", 0),
    "log-start": ("data/log-start-offset-checkpoint", 0), "meta-properties": ("data/meta.properties", 0),
    "clean-mark": ("data/.kafka_cleanshutdown", 0),
    "offsets-log": ("data/__consumer_offsets-0/*.log", -1), "metadata-log": ("data/__cluster_metadata-0/*.log", -1),
    "metadata-snapshot": ("data/__cluster_metadata-0/*.checkpoint", -1), "bootstrap": ("data/bootstrap.checkpoint", 0),
    "quorum-state": ("data/__cluster_metadata-0/quorum-state", 0), "metadata-epochs": ("data/__cluster_metadata-0/leader-epoch-checkpoint", 0),
}
PAGE = 4096


def flip(path, chance, _before):
    octets = bytearray(path.read_bytes())
    at = chance.randrange(len(octets))
    octets[at] ^= 1 << chance.randrange(8)
    path.write_bytes(octets)
    return f"bit of octet {at} of {len(octets)}"


def truncate(path, chance, _before):
    size = path.stat().st_size
    gone = chance.randint(1, min(size, chance.choice((3, 61, size))))
    with open(path, "r+b") as file:
        file.truncate(size - gone)
    return f"{gone} of {size} octets cut off"


def zero(path, chance, _before):
    octets = bytearray(path.read_bytes())
    at = chance.randrange(0, len(octets), PAGE)
    octets[at:at + PAGE] = bytes(len(octets[at:at + PAGE]))
    path.write_bytes(octets)
    return f"page at {at} of {len(octets)} zeroed"


def delete(path, *_):
    path.unlink()
    return "deleted"


def old(path, _chance, before):
    """As it was when half of the records were written."""
    if not before.exists() or before.read_bytes() == path.read_bytes():
        return None
    shutil.copy(before, path)
    return "an old copy"


def swap(path, *_):
    """With the segment before it."""
    others = sorted(path.parent.glob("*.log"))
    other = others[others.index(path) - 1]
    if other == path:
        return None
    first, second = path.read_bytes(), other.read_bytes()
    path.write_bytes(second)
    other.write_bytes(first)
    return f"exchanged with {other.name}"


DAMAGES = {"flip": flip, "truncate": truncate, "zero": zero, "delete": delete, "old": old}
KINDS = [f"{damage}-{kind}" for kind in TYPES for damage in DAMAGES] + ["swap-closed-log", "swap-active-log"]


def pick(folder, kind):
    pattern, place = TYPES[kind]
    found = [path for path in sorted(folder.glob(pattern)) if path.stat().st_size]
    return found[place] if len(found) >= abs(place) and found else None


class Damage:
    """Kinds of damage to copies of a folder; `templates`: {"clean" | "killed": (folder, earlier state of it, history)}"""

    def __init__(self, place, templates):
        self.place, self.templates = place, templates
        self.outcomes = {}

    def run(self, kind, chance):
        """(what was done, what came of it, what is wrong); nothing when there is no such file."""
        state = chance.choice(sorted(self.templates))
        folder, earlier, history = self.templates[state]
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(folder, self.place, ignore=shutil.ignore_patterns("orders", "broker.log"))
        damage, file_kind = kind.split("-", 1)
        path = pick(self.place, file_kind)
        if path is None:
            return None
        whole = {one: one.read_bytes() for one in path.parent.glob("*.log")} | {path: path.read_bytes()}
        what = (swap if damage == "swap" else DAMAGES[damage])(path, chance, earlier / path.relative_to(self.place))
        if what is None:
            return None
        what = f"{state}, {path.relative_to(self.place / 'data')}: {what}"
        with FaultBroker(self.place) as broker:
            outcome, wrong = self.look(broker, history.copy(), path, whole)
        return what, outcome, wrong

    def look(self, broker, history, path, whole):
        if not broker.start():
            wrong = [] if broker.code == 1 else [f"ended with {broker.code}"]
            said = broker.said()
            if path.name not in said and path.parent.name not in said:
                wrong.append(f"refused without a word of the file: {said[-300:]}")
            for one, octets in whole.items():
                one.write_bytes(octets)
            if not broker.start():
                return "refused", [*wrong, f"refused also with the whole file: {broker.said()[-300:]}"]
            return "refused", wrong + history.must_be_whole(broker)
        wrong = history.problems(broker, broker.said())
        missing = history.missing
        with broker.connect() as connection:
            for topic in ("t", "u"):
                if history.send(connection, topic) is None:
                    wrong.append(f"no answer to a produce to {topic}")
        if broker.ended():
            wrong.append(f"ended with {broker.code}")
        if (code := broker.end(signal.SIGTERM)) not in (0, 1):
            wrong.append(f"a stop ended with {code}")
        said = "told" if broker.repairs() else "quietly"
        return ("whole" if missing == 0 else "without some") + f", {said}", wrong


