"""What the Python clients share: the job protocol of matrix/program.py and the loop around a consumer."""
import array
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from matrix.records import digest, kafka_python_shape, record  # noqa: E402,F401  (for the clients, once the path is set)

FLUSH_ROWS = 3 * 4096


def answer(number, why=None):
    print(f"failed {number} {why!r}" if why else f"ok {number}", flush=True)


def produce_jobs():
    return [line.split() for line in sys.stdin if line.strip()]


def passes():
    readings = []
    for line in sys.stdin:
        if line.strip():
            readings.append(Reading(*line.split()))
        elif readings:
            yield readings
            readings = []
    if readings:
        yield readings


class Reading:
    """One consume job under way."""

    def __init__(self, number, topic, first, count, path):
        self.number, self.topic, self.first, self.count = number, topic, int(first), int(count)
        self.rows, self.seen, self.open = array.array("q"), 0, True
        self.file = open(path, "wb")

    def take(self, offset, timestamp, key, value, headers):
        """Whether this was the last record that the job wants."""
        if not self.open:
            return False
        self.rows.extend((offset, timestamp, digest((key, value, headers))))
        self.seen += 1
        if self.seen < self.count:
            if len(self.rows) >= FLUSH_ROWS:
                self._flush()
            return False
        self.close()
        return True

    def fail(self, why):
        """Whether this ended the job, which an error of one partition does once."""
        was_open = self.open
        if was_open:
            self.close(why)
        return was_open

    def close(self, why=None):
        self._flush()
        self.file.close()
        self.open = False
        answer(self.number, why)

    def _flush(self):
        self.file.write(self.rows.tobytes())
        del self.rows[:]


def read(readings, idle_seconds, poll):
    """`poll` takes {topic: Reading}, feeds what came and returns how many records came and how many readings that ended."""
    by_topic = {reading.topic: reading for reading in readings}
    unread, last = len(readings), time.monotonic()
    why = "nothing new came"
    while unread and time.monotonic() - last < idle_seconds:
        try:
            came, ended = poll(by_topic)
        except Exception as error:  # whatever the library raises is the verdict of what is still open
            why = error
            break
        unread -= ended
        if came:
            last = time.monotonic()
    for reading in readings:
        reading.fail(f"{why} after {reading.seen} of {reading.count} records")
