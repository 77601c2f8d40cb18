"""Small files, small functions: median file at most 120 lines, nine of ten at most 350, none over 600; functions at most 70."""

import ast

from cpp_text import functions
from repository import CODE, CPP, is_test
from violation import Violation

MEDIAN_LINES = 120
NINE_OF_TEN_LINES = 350
MOST_LINES = 600
FUNCTION_LINES = 70


def file_sizes(repository):
    for path in repository.ending(*CODE):
        count = len(repository.lines(path))
        if count > MOST_LINES:
            yield Violation(path, count, "file-size", f"{count} lines; none may have more than {MOST_LINES}: split it by ideas")
    counts = sorted(len(repository.lines(path)) for path in repository.ending(*CPP) if not is_test(path))
    for share, most, name in ((0.5, MEDIAN_LINES, "the median file"), (0.9, NINE_OF_TEN_LINES, "nine of ten files")):
        at = counts[min(int(len(counts) * share), len(counts) - 1)] if counts else 0
        if at > most:
            yield Violation("CMakeLists.txt", 1, "file-size", f"{name} of the C++ code has {at} lines; at most {most}")


def function_sizes(repository):
    for path in repository.ending(*CPP):
        for line, count, head in functions(repository.text(path)):
            if count > FUNCTION_LINES:
                yield Violation(path, line, "function-size", f"{count} lines, at most {FUNCTION_LINES}: {head[:80]}")
    for path in repository.ending(".py"):
        for node in ast.walk(ast.parse(repository.text(path))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                count = node.end_lineno - node.lineno + 1
                if count > FUNCTION_LINES:
                    yield Violation(path, node.lineno, "function-size", f"{count} lines, at most {FUNCTION_LINES}: {node.name}")


RULES = (file_sizes, function_sizes)
