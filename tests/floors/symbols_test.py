"""symbols.py finds what it shall find, in a library made for it."""

import pathlib
import subprocess
import tempfile
import unittest

import symbols

OFFENDER = """
#include <chrono>
#include <random>
#include <thread>
#include <fcntl.h>
#include <time.h>
long now() { return std::chrono::steady_clock::now().time_since_epoch().count() + time(nullptr); }
unsigned chance() { return std::random_device()(); }
void run() { std::thread([] {}).detach(); }
int file() { return open("x", 0); }
"""


class SymbolsTest(unittest.TestCase):
    def complaints(self, source):
        with tempfile.TemporaryDirectory() as root:
            path = pathlib.Path(root)
            (path / "a.cc").write_text(source)
            subprocess.run(["c++", "-std=c++20", "-c", "a.cc"], cwd=root, check=True)
            subprocess.run(["ar", "rc", "liba.a", "a.o"], cwd=root, check=True)
            return symbols.check([("made", str(path / "liba.a"))])[0]

    def test_offences_are_found(self):
        found = "\n".join(self.complaints(OFFENDER))
        for name in ("steady_clock::now", "takes time ", "random_device", "std::thread::", "takes open"):
            self.assertIn(name, found)

    def test_pure_code_passes(self):
        self.assertEqual(self.complaints("#include <string>\nint size(std::string& s) { s += 'x'; return int(s.size()); }"), [])


if __name__ == "__main__":
    unittest.main()
