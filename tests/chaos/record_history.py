"""Histories of clients: what each asked and was told, one JSON object a line.

t, w      seconds, monotonic and of the wall
c         the client, or "broker"
e         invoke; then ok, fail (certainly not done) or unknown (for ever)
op, more  send: p(artition) n(umber of the client's record) s(um of its octets), ok with o(ffset), else why
          read: p, r: [[offset, id, sum], ...], in the order in which they were handed out
          whole: the same, of a partition from its beginning to its end, asked after the invoke
          assign (more), revoke (these): g(roup, or none), at: [[partition, first offset, or none where the group says it]]
          commit, committed: g, at: [[partition, offset]]
          mark: p, hw: a high watermark
          life: of the broker: invoke n when it is started, ok when it ends, with how, code, rss (KiB) and early (nobody waited for it)
          alive: after seconds from its start, everybody was served again; limit: within which it had to be, fail: without whom it was not
          cut: ends: [[partition, offset]], commits: [[group, partition, offset]]: what a loss that was allowed has left
A record's id is CLIENT/NUMBER. Lines are in the order in which things were known: what is written before an invoke had happened before it.
"""
import json
import threading
import time
import zlib

MOST_FILLER = 700


class Recorder:
    """Writes a history. From any thread."""

    def __init__(self, path):
        self.path, self.lock, self.count = path, threading.Lock(), 0
        self.file = open(path, "w", buffering=1 << 16)

    def note(self, client, event, op, **more):
        with self.lock:
            self.file.write(json.dumps({"t": round(time.monotonic(), 6), "w": round(time.time(), 6), "c": client, "e": event, "op": op, **more},
                                       separators=(",", ":")) + "\n")
            self.count += 1

    def flush(self):
        with self.lock:
            self.file.flush()

    def close(self):
        with self.lock:
            self.file.close()


def events(path):
    with open(path) as lines:
        for line in lines:
            yield json.loads(line)


def identity(client, number):
    return f"{client}/{number}"


def payload(client, number):
    """(octets, their sum): id, filler of a length that the id decides, and a checksum of all that."""
    name = f"{client}/{number}/".encode()
    seed = zlib.crc32(name)
    body = name + (b"%08x" % seed * (MOST_FILLER // 8 + 1))[:seed % MOST_FILLER]
    data = body + b"%08x" % zlib.crc32(body)
    return data, zlib.crc32(data)


def identify(data):
    """(id, sum) of what was read; the id of damaged octets is empty."""
    total = zlib.crc32(data)
    body, check = data[:-8], data[-8:]
    parts = body.split(b"/", 2)
    if check != b"%08x" % zlib.crc32(body) or len(parts) != 3:
        return "", total
    return f"{parts[0].decode()}/{parts[1].decode()}", total
