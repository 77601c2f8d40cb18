"""Adapter of a client program of ours that takes a list of jobs: one process start for all topics, whatever the language.

    PROGRAM produce BOOTSTRAP RECORDS FIRST_TIMESTAMP   reads lines  ID TOPIC CODEC
    PROGRAM consume BOOTSTRAP IDLE_SECONDS              reads lines  ID TOPIC FIRST COUNT ROWS_FILE; an empty line ends a pass

Jobs of one pass are read together, from all partitions at once. For every job the program says `ok ID` or `failed ID why`.
"""
from .jobs import IDLE_SECONDS, Failure, last_words, run_process


class Program:
    def __init__(self, command):
        self.command = command  # artefacts folder -> the program and its first arguments

    def produce(self, run, jobs):
        lines = [f"{i} {job.topic} {job.codec}" for i, job in enumerate(jobs)]
        return self._run(run, jobs, lines, ["produce", run.bootstrap, run.records, run.first_timestamp])

    def consume(self, run, passes):
        jobs, lines = [], []
        for jobs_of_pass in passes:
            for job in jobs_of_pass:
                lines.append(f"{len(jobs)} {job.topic} {job.first} {job.count} {job.rows}")
                jobs.append(job)
            lines.append("")
        return self._run(run, jobs, lines, ["consume", run.bootstrap, IDLE_SECONDS])

    def _run(self, run, jobs, lines, words):
        stdin = "".join(line + "\n" for line in lines).encode()
        return ask(jobs, [*self.command(run.artefacts), *words], stdin, 60 + len(jobs) * run.records / 5000)


def ask(jobs, argv, stdin, seconds):
    """Runs the program over all jobs; what it could not answer any more failed for the reason that it ended with."""
    try:
        done = run_process(argv, stdin, seconds)
        said, silence = done.stdout, "no answer; " + last_words(done.stderr.decode(errors="replace"))
    except Failure as failure:
        said, silence = failure.stdout, str(failure)
    verdicts = {job: silence for job in jobs}
    for line in said.decode(errors="replace").splitlines():
        word, _, rest = line.partition(" ")
        if word in ("ok", "failed"):
            number, _, why = rest.partition(" ")
            verdicts[jobs[int(number)]] = None if word == "ok" else why or "failed"
    return verdicts
