"""What the Python clients share as members of groups: the conversation of matrix/groups/agent.py, and a thread for each member.

A library's module gives `Member(bootstrap, group, options, say)` with poll, commit, seek and close, all called by one thread, and the
functions `committed` and `times`.
"""
import queue
import sys
import threading

POLL_SECONDS = 0.05
HEARTBEAT_MS, SESSION_MS, REFRESH_MS, COMMIT_MS, PATIENCE_SECONDS = 300, 10000, 500, 200, 20
_says = threading.Lock()


def say(*words):
    with _says:
        print(*words, flush=True)


def places(partitions):
    """T:P,… of (topic, partition) pairs."""
    return ",".join(f"{topic}:{partition}" for topic, partition in partitions)


class Thread(threading.Thread):
    """One member: between two polls it does what it was told."""

    def __init__(self, make, name, number):
        super().__init__(daemon=True)
        self.make, self.name_said, self.number, self.calls = make, name, number, queue.SimpleQueue()

    def run(self):
        try:
            member = self.make(lambda word, *rest: say(word, self.name_said, *rest))
        except Exception as error:  # whatever a library raises is the answer
            say("failed", self.number, repr(error))
            return
        say("ok", self.number)
        while True:
            try:
                while not self.calls.empty():
                    if not self._do(member, *self.calls.get()):
                        return
                by_partition = {}
                for topic, partition, offset in member.poll():
                    by_partition.setdefault((topic, partition), []).append(offset)
                for (topic, partition), offsets in by_partition.items():
                    say("got", self.name_said, topic, partition, *offsets)
            except Exception as error:
                say("error", self.name_said, repr(error))

    def _do(self, member, number, verb, words):
        """Whether the member lives on."""
        try:
            if verb == "close":
                member.close()
            elif verb == "seek":
                member.seek(words[0], int(words[1]), int(words[2]))
            else:
                triples = (text.rsplit(":", 2) for text in words[0].split(","))
                member.commit([(topic, int(partition), int(offset)) for topic, partition, offset in triples])
            say("ok", number)
        except Exception as error:
            say("failed", number, repr(error))
        return verb != "close"


def converse(library, bootstrap):
    """Until standard input ends. What is no member's is asked by a thread of its own."""
    threads = {}
    for line in sys.stdin:
        number, verb, *words = line.split()
        if verb == "open":
            options = dict(word.split("=", 1) for word in words[2:])
            threads[words[0]] = Thread(lambda tell, group=words[1], options=options: library.Member(bootstrap, group, options, tell), words[0], number)
            threads[words[0]].start()
        elif verb in ("commit", "seek", "close"):
            threads[words[0]].calls.put((number, verb, words[1:]))
        else:
            threading.Thread(target=ask, args=(getattr(library, verb), bootstrap, number, words), daemon=True).start()


def ask(function, bootstrap, number, words):
    try:
        answer = function(bootstrap, *words)
        say("ok", number, *(answer if isinstance(answer, list) else [answer] if answer is not None else []))
    except Exception as error:
        say("failed", number, repr(error))
