"""Which names a floor's library takes from outside, against what floors may take.

usage: python3 symbols.py FLOOR=LIBRARY …
"""

import collections
import fnmatch
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def entries(name):
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        line = line.split("#", 1)[0].strip()
        if line:
            yield line


def forbidden():
    """Pattern -> its group."""
    patterns, group = {}, ""
    for line in entries("forbidden.txt"):
        if line.startswith("["):
            group = line[1:line.index("]")]
        else:
            patterns[line] = group
    return patterns


def exceptions():
    return [tuple(line.split(None, 2)) for line in entries("exceptions.txt")]


def taken(library):
    """(object file, plain name) of everything undefined in a static library."""
    output = subprocess.run(["nm", "-uCA", library], capture_output=True, text=True, check=True).stdout
    for line in output.splitlines():
        match = re.match(r".*?:([^:]+\.o):\s+[Uwv] (.*)$", line)
        if match:
            yield match[1], re.sub(r"@.*", "", match[2].removeprefix("non-virtual thunk to ").split("(")[0])


def matches(name, pattern):
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]")) if pattern.endswith("*") else name == pattern


def check(libraries):
    """Complaints, and the exceptions that were used."""
    patterns, allowed = forbidden(), exceptions()
    complaints, used = collections.OrderedDict(), set()
    for floor, library in libraries:
        for source, name in taken(library):
            hit = next((pattern for pattern in patterns if matches(name, pattern)), None)
            if hit is None or patterns[hit] == "pure":
                continue
            reason = next((entry for entry in allowed if entry[0] == floor and matches(name, entry[1])), None)
            if reason:
                used.add(reason)
            else:
                complaints[f"kernel/{floor}: {source} takes {name} ({patterns[hit]}); it comes through base::Env or sdk::Host"] = True
    return list(complaints), [entry for entry in allowed if entry not in used]


def main():
    libraries = [tuple(argument.split("=", 1)) for argument in sys.argv[1:]]
    complaints, unused = check(libraries)
    for complaint in complaints:
        print(complaint)
    for entry in unused:
        print(f"exceptions.txt: nobody needs \"{entry[0]} {entry[1]}\" any more")
    return 1 if complaints or unused else 0


if __name__ == "__main__":
    sys.exit(main())
