"""The files of the repository that people wrote, and their text."""

import functools
import pathlib
import re
import subprocess

CPP = (".h", ".cc")
CODE = (".h", ".cc", ".c", ".py", ".java", ".go", ".cmake", ".js", ".sh")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


class Repository:
    def __init__(self, root, paths=None):
        self.root = pathlib.Path(root)
        self.paths = sorted(paths if paths is not None else self._listed())

    def _listed(self):
        command = ["git", "-C", str(self.root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        answer = subprocess.run(command, capture_output=True, check=False)
        if answer.returncode == 0:
            names = [name for name in answer.stdout.decode().split("\0") if name]
        else:  # an unpacked archive
            names = [str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()]
            names = [name for name in names if not name.startswith(("build/", ".git/"))]
        return [name for name in names if (self.root / name).is_file()]

    def ending(self, *suffixes, below=""):
        return [path for path in self.paths if path.endswith(suffixes) and path.startswith(below)]

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path):
        return self.text(path).splitlines()

    @functools.lru_cache(maxsize=None)
    def includes(self, path):
        """(line, in quotes, what) of every include of a C++ file."""
        text = self.text(path)
        return [(text.count("\n", 0, m.start(2)) + 1, m[1] == '"', m[2]) for m in INCLUDE.finditer(text)]


def is_test(path):
    name = path.rsplit("/", 1)[-1]
    return path.startswith("tests/") or name.endswith(("_test.cc", "_test.py")) or name.startswith("testing_")
