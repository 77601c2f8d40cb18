"""tidy: the house law as a test over the repository itself.

usage: python3 tools/tidy [--build DIRECTORY] [--rule NAME] [PATH-PREFIX …]

Prints every violation as file:line: rule: what, and fails when there is one. With --build, sources that no target of that build
directory compiles are found too. Path prefixes narrow what is printed, not what is looked at.
"""

import argparse
import collections
import pathlib
import sys

import dead_rules
import include_rules
import size_rules
import text_rules
from repository import Repository


def find_violations(repository, build_directory=None):
    for rule in size_rules.RULES + include_rules.RULES + text_rules.RULES + dead_rules.RULES:
        yield from rule(repository)
    compiled = dead_rules.compiled_sources(repository, build_directory) if build_directory else None
    yield from dead_rules.sources(repository, compiled)


def main():
    parser = argparse.ArgumentParser(prog="tidy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", help="a configured build directory")
    parser.add_argument("--rule", help="print only this rule's findings")
    parser.add_argument("prefixes", nargs="*", help="print only findings below these paths")
    arguments = parser.parse_args()

    repository = Repository(pathlib.Path(__file__).resolve().parents[2])
    found = sorted(set(find_violations(repository, arguments.build)))
    if arguments.rule:
        found = [violation for violation in found if violation.rule == arguments.rule]
    if arguments.prefixes:
        found = [violation for violation in found if violation.path.startswith(tuple(arguments.prefixes))]
    for violation in found:
        print(violation)
    counts = collections.Counter(violation.rule for violation in found)
    if found:
        print(f"{len(found)} violations: " + ", ".join(f"{count} {rule}" for rule, count in counts.most_common()), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
