"""The rows a consumer leaves behind for each job, and the judgement over them."""
import array
import time

COLUMNS = 3  # offset, timestamp, digest
CLOCK_SLACK_MS = 2000


def write_rows(path, rows):
    flat = array.array("q")
    for row in rows:
        flat.extend(row)
    path.write_bytes(flat.tobytes())


def why_wrong(job, digests, run, chosen_timestamps):
    """None when the rows of `job` are what its topic should hold, else the first thing that is not."""
    flat = array.array("q")
    flat.frombytes(job.rows.read_bytes())
    if len(flat) != job.count * COLUMNS:
        return f"{len(flat) // COLUMNS} records instead of {job.count}"
    offsets, timestamps, found = (flat[column::COLUMNS] for column in range(COLUMNS))
    wanted_offsets = array.array("q", range(job.first, job.first + job.count))
    checks = [("offset", offsets, wanted_offsets), ("content (digest)", found, digests[job.first:])]
    if chosen_timestamps:
        start = run.first_timestamp + job.first
        checks.append(("timestamp", timestamps, array.array("q", range(start, start + job.count))))
    for what, have, want in checks:
        if have != want:
            return first_difference(what, have, want, job.first)
    if not chosen_timestamps:
        return why_insane(timestamps, run)
    return None


def first_difference(what, have, want, first):
    wrong = [i for i in range(len(want)) if have[i] != want[i]]
    i = wrong[0]
    return f"record {first + i}: {what} {have[i]} instead of {want[i]} ({len(wrong)} of {len(want)} records differ)"


def why_insane(timestamps, run):
    """The producer used its clock: the time must lie within this run."""
    low, high = run.first_timestamp - CLOCK_SLACK_MS, time.time() * 1000 + CLOCK_SLACK_MS
    if low <= min(timestamps) and max(timestamps) <= high:
        return None
    return f"timestamps {min(timestamps)}..{max(timestamps)} are not within this run"
