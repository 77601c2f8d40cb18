"""The build refuses a floor that reaches upward: tools/cmake/floor.cmake, tried on a house of two floors.

usage: python3 borders_test.py FLOOR_CMAKE
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

FLOOR_CMAKE = sys.argv.pop() if len(sys.argv) > 1 and sys.argv[-1].endswith(".cmake") else None

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(House LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
add_library(barnabas_sdk INTERFACE)
function(use_precompiled_headers target)
endfunction()
include("{floor_cmake}")
add_subdirectory(kernel/low)
add_subdirectory(kernel/high)
"""


class BordersTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        (self.root / "CMakeLists.txt").write_text(PROJECT.format(floor_cmake=FLOOR_CMAKE))

    def tearDown(self):
        self.folder.cleanup()

    def floor(self, name, declaration, source):
        folder = self.root / "kernel" / name
        folder.mkdir(parents=True)
        (folder / "CMakeLists.txt").write_text(f"kernel_floor({name} {declaration})\n")
        (folder / f"{name}.h").write_text("#pragma once\n")
        (folder / f"{name}.cc").write_text(source)

    def run_cmake(self, *arguments):
        outcome = subprocess.run(["cmake", *arguments], cwd=self.root, capture_output=True, text=True, check=False)
        return outcome.returncode, " ".join((outcome.stdout + outcome.stderr).split())

    def configure(self):
        return self.run_cmake("-S", ".", "-B", "build", "-G", "Ninja")

    def build(self):
        code, text = self.configure()
        self.assertEqual(code, 0, text)
        return self.run_cmake("--build", "build")

    def test_a_declared_floor_below_is_seen(self):
        self.floor("low", "FLOOR 1", '#include "kernel/low/low.h"\n')
        self.floor("high", "FLOOR 2 ALLOWS low", '#include "kernel/low/low.h"\n#include "kernel/high/high.h"\n')
        code, text = self.build()
        self.assertEqual(code, 0, text)

    def test_declaring_an_equal_floor_stops_the_configuration(self):
        self.floor("low", "FLOOR 2", "")
        self.floor("high", "FLOOR 2 ALLOWS low", "")
        code, text = self.configure()
        self.assertNotEqual(code, 0)
        self.assertIn("kernel/high (floor 2) must not stand on kernel/low (floor 2): a floor stands only on lower ones", text)

    def test_including_upward_does_not_compile(self):
        self.floor("low", "FLOOR 1", '#include "kernel/high/high.h"\n')
        self.floor("high", "FLOOR 2 ALLOWS low", "")
        code, text = self.build()
        self.assertNotEqual(code, 0)
        self.assertIn("kernel/high/high.h: No such file", text)

    def test_including_what_is_not_declared_does_not_compile(self):
        self.floor("low", "FLOOR 1", "")
        self.floor("high", "FLOOR 2", '#include "kernel/low/low.h"\n')
        code, text = self.build()
        self.assertNotEqual(code, 0)
        self.assertIn("kernel/low/low.h: No such file", text)


if __name__ == "__main__":
    unittest.main()
