"""A client program of ours whose members of groups we lead by hand: a process that stays, told what to do line by line.

    PROGRAM BOOTSTRAP           reads lines  NUMBER VERB words…  until its input ends, and answers each with  ok NUMBER words…  or
                                failed NUMBER why, in any order

    open MEMBER GROUP option=value…   a consumer of its own: topic=T or pattern=REGEX, commit=manual or auto, protocol=classic or consumer,
                                      assignor=range or cooperative, instance=ID for a static one; from the earliest offset
    commit MEMBER T:P:OFFSET,…        and wait until it is
    seek MEMBER T P OFFSET
    close MEMBER
    committed GROUP T COUNT           the offsets of partitions 0 to COUNT - 1, -1 where there is none; as no member of the group
    times T P TIMESTAMP               the first offset not before it, -1 when there is none

Between the answers it says what happens to its members, as it happens:

    assigned MEMBER T:P,…      got MEMBER T P OFFSET…
    revoked MEMBER T:P,…       error MEMBER why

All agents of a client share one condition: whoever waits looks again after every line of either process.
"""
import itertools
import os
import subprocess
import tempfile
import threading

from ..jobs import Failure, last_words

PATIENCE_SECONDS = 60
END_SECONDS = 10


class Member:
    """What we have heard of one member."""

    def __init__(self, agent, name):
        self.agent, self.name = agent, name
        self.current = set()  # (topic, partition)
        self.events = []  # (word, set of partitions), in order
        self.got = []  # (topic, partition, offset), in order
        self.errors = []

    def commit(self, offsets):
        self.agent.call("commit", self.name, ",".join(f"{topic}:{partition}:{offset}" for (topic, partition), offset in offsets.items()))

    def seek(self, at, offset):
        self.agent.call("seek", self.name, *at, offset)

    def close(self):
        self.agent.call("close", self.name)

    def hear(self, word, words):
        if word == "got":
            self.got.extend((words[0], int(words[1]), int(offset)) for offset in words[2:])
        elif word == "error":
            self.errors.append(" ".join(words))
        else:
            places = {(topic, int(partition)) for topic, _, partition in (text.rpartition(":") for text in "".join(words).split(",") if text)}
            self.events.append((word, places))
            self.current = self.current | places if word == "assigned" else self.current - places

    def __str__(self):
        moves = "; ".join(f"{word} {sorted(partition for _, partition in places)}" for word, places in self.events)
        return f"{self.name}: {moves or 'assigned nothing'}; {len(self.got)} records" + (f"; {self.errors[-1]}" if self.errors else "")


class Agent:
    def __init__(self, argv, changed):
        self.changed = changed
        self.numbers, self.answers, self.members, self.ended = itertools.count(), {}, {}, False
        self.complaints = tempfile.TemporaryFile()
        env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        try:
            self.process = subprocess.Popen([str(word) for word in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints, env=env)
        except OSError as error:
            raise Failure(f"{argv[0]} could not be started: {error}") from None
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def open(self, name, group, **options):
        with self.changed:
            member = self.members[name] = Member(self, name)
        self.call("open", name, group, *(f"{key}={value}" for key, value in options.items()))
        return member

    def call(self, verb, *words):
        """The words of the answer; a failed one is raised."""
        with self.changed:
            number = next(self.numbers)
            try:
                self.process.stdin.write((" ".join(map(str, (number, verb, *words))) + "\n").encode())
                self.process.stdin.flush()
            except OSError:
                pass  # it ended, which the wait will find
            if not self.changed.wait_for(lambda: number in self.answers or self.ended, PATIENCE_SECONDS):
                raise Failure(f"{verb} was not answered within {PATIENCE_SECONDS} s")
            if number not in self.answers:
                raise Failure(f"the client ended at {verb}: {self._last_words()}")
            word, rest = self.answers.pop(number)
        if word == "failed":
            raise Failure(f"{verb}: {' '.join(rest)}")
        return rest

    def end(self):
        """Its members may still be open: what is left of a failed cell goes with the process."""
        try:
            self.process.stdin.close()
        except OSError:
            pass
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.complaints.close()

    def _read(self):
        for line in self.process.stdout:
            word, _, rest = line.decode(errors="replace").partition(" ")
            about, *words = rest.split() or [""]
            with self.changed:
                if word in ("ok", "failed") and about.isdigit():
                    self.answers[int(about)] = word, words
                elif about in self.members:
                    self.members[about].hear(word, words)
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def _last_words(self):
        self.complaints.seek(0)
        return last_words(self.complaints.read().decode(errors="replace"))
