"""What every file owes its reader: an opening, a good name, no promises, no naps."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

from cpp_text import without_comments
from repository import CODE, CPP
from violation import Violation

# Put together here so that the rules do not find themselves.
PROMISES = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
ELSEWHERE = re.compile("|".join((r"\.\./sha" + "red", "/wo" + "rk/")))
NAPS = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.>])(?:::)?sleep\s*\(")
GOOD_NAME = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)*$")
TEXT = CODE + (".md", ".txt", ".yaml", ".yml", ".json", ".toml", ".xml", ".map")


def openings(repository):
    for path in repository.ending(".h"):
        lines = repository.lines(path)
        if not lines or not lines[0].startswith("// "):
            yield Violation(path, 1, "opening", "a header opens with a comment: what the thing is, and its threading rule")
        if "#pragma once" not in lines:
            yield Violation(path, 1, "opening", "no #pragma once")
    for path in repository.ending(".md"):
        lines = re.sub(r"^(```|~~~).*?^\1", lambda m: "\n" * m[0].count("\n"), repository.text(path), flags=re.DOTALL | re.MULTILINE).splitlines()
        titles = [number for number, line in enumerate(lines, 1) if line.startswith("# ")]
        if not lines or not lines[0].startswith("# "):
            yield Violation(path, 1, "title", "the first line is the # Title")
        for number in titles[1:]:
            yield Violation(path, number, "title", "a second # Title; sections begin with ##")


def words(repository):
    for path in repository.paths:
        if not path.endswith(TEXT) and "." in path.rsplit("/", 1)[-1]:
            continue
        for number, line in enumerate(repository.lines(path), 1):
            for pattern, rule, advice in ((PROMISES, "promise", "do it, or leave it out"), (ELSEWHERE, "elsewhere", "the project stands on its own")):
                match = pattern.search(line)
                if match:
                    yield Violation(path, number, rule, f'"{match[0]}": {advice}')


def naps(repository):
    for path in repository.ending(*CPP):
        for number, line in enumerate(without_comments(repository.text(path)).splitlines(), 1):
            if NAPS.search(line):
                yield Violation(path, number, "sleep", "wait for the event itself; a nap is a race that mostly goes well")


def names(repository):
    for path in repository.ending(*CPP, ".py"):
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if stem not in ("__init__", "__main__") and not GOOD_NAME.match(stem):
            yield Violation(path, 1, "name", f"{stem}: files are snake_case")


def formatting(repository):
    paths = [path for path in repository.ending(*CPP) if not path.startswith("sdk/template/")]
    chunks = [paths[i:i + 20] for i in range(0, len(paths), 20)]

    def run(chunk):
        command = ["clang-format", "--dry-run", "-Werror", "--ferror-limit=1", *chunk]
        return subprocess.run(command, cwd=repository.root, capture_output=True, text=True, check=False).stderr

    try:
        with ThreadPoolExecutor(2) as pool:
            for errors in pool.map(run, chunks):
                for match in re.finditer(r"^([^\s:]+):(\d+):\d+: error: ", errors, re.MULTILINE):
                    yield Violation(match[1], int(match[2]), "format", "run clang-format -i on it")
    except FileNotFoundError:
        return  # no clang-format on this machine; the build server has one


RULES = (openings, words, naps, names, formatting)
