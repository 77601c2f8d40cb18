"""The table for a person, and the reasons under it."""
from .matrix import NOT_PRODUCED

MAX_REASONS = 60


def mark(why):
    return "ok" if why is None else "FAIL"


def table(head, body):
    widths = [max(len(row[i]) for row in [head, *body]) for i in range(len(head))]
    for row in [head, *body]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()


def lines(matrix):
    clients = matrix.options.clients
    names = [client.name for client in clients]
    yield from table(["producer", "codec", "produced", "stored", *names],
                     [[topic.producer.name, topic.codec, mark(matrix.produced[topic]), mark(matrix.stored[topic]),
                       *(mark(matrix.read[client, topic]) for client in clients)] for topic in matrix.topics])
    yield ""
    yield from table(["from the middle", *matrix.options.codecs, "produce s", "consume s"],
                     [[client.name, *(mark(why) for (reader, _), why in matrix.resumed.items() if reader is client),
                       *(f"{matrix.seconds[client.name, what]:.1f}" for what in ("produce", "consume"))] for client in clients])


def reasons(failures):
    """Every reason of its own; what failed only because there was nothing to read is counted."""
    own = [(what, why) for what, why in failures if why != NOT_PRODUCED]
    for what, why in own[:MAX_REASONS]:
        yield f"FAIL {what}: {why}"
    if len(own) > MAX_REASONS:
        yield f"... and {len(own) - MAX_REASONS} more"
    if len(own) < len(failures):
        yield f"{len(failures) - len(own)} more failed because their topic was not produced"
