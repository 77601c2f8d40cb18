"""Every rule finds its bad example and leaves the good one alone. Run: python3 tools/tidy/tidy_test.py"""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import cpp_text
import dead_rules
import include_rules
import size_rules
import text_rules
from repository import Repository

GOOD_HEADER = "// A thing. Any thread.\n#pragma once\n"


class RuleTest(unittest.TestCase):
    def found(self, rule, files, *arguments):
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                target = pathlib.Path(root, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
            return [(v.path, v.line) for v in rule(Repository(root, list(files)), *arguments)]

    def test_files_are_small(self):
        self.assertEqual(self.found(size_rules.file_sizes, {"tests/a.cc": "x\n" * 600}), [])
        self.assertEqual(self.found(size_rules.file_sizes, {"tests/a.cc": "x\n" * 601}), [("tests/a.cc", 601)])
        many = {f"kernel/a{i}.cc": "x\n" * 121 for i in range(3)}
        self.assertEqual(self.found(size_rules.file_sizes, many), [("CMakeLists.txt", 1)])
        one_in_five = {f"kernel/a{i}.cc": "x\n" * (351 if i == 0 else 10) for i in range(5)}
        self.assertEqual(self.found(size_rules.file_sizes, one_in_five), [("CMakeLists.txt", 1)])

    def test_functions_are_small(self):
        body = "void f() {\n" + "  g();\n" * 69 + "}\n"
        self.assertEqual(self.found(size_rules.function_sizes, {"a.cc": "int x;\n" + body}), [("a.cc", 2)])
        self.assertEqual(self.found(size_rules.function_sizes, {"a.cc": body.replace("  g();\n", "", 1)}), [])
        self.assertEqual(self.found(size_rules.function_sizes, {"a.py": "def f():\n" + "    g()\n" * 70}), [("a.py", 1)])

    def test_functions_are_told_from_other_braces(self):
        text = """
        namespace a { struct S { int x = f({1}); S() : y{1}, z(2) { g(); } void h() const noexcept; };
        const char* kBrace = "{"; // {
        enum class E { kA }; constexpr int kTable[] = {1, 2};
        template <class T> auto f(T t) -> int { return [&] { return 1; }(); }
        TEST(A, B) { if (x) { } }
        MACRO(x) namespace b { } }
        """
        heads = [head for _, _, head in cpp_text.functions(text)]
        self.assertEqual(len(heads), 3, heads)
        self.assertIn("TEST(A, B)", heads)

    def test_floors_see_what_they_declare(self):
        files = {
            "kernel/io/CMakeLists.txt": "kernel_floor(io FLOOR 4 ALLOWS base LINKS fmt::fmt)",
            "kernel/io/good.cc": '#include "kernel/base/env.h"\n#include "kernel/io/good.h"\n',
            "kernel/io/bad.cc": '\n#include "kernel/wire/codec.h"\n#include "plugins/x.h"\n',
        }
        self.assertEqual(self.found(include_rules.floors_see_what_they_declare, files), [("kernel/io/bad.cc", 2), ("kernel/io/bad.cc", 3)])

    def test_plugins_see_the_sdk(self):
        files = {
            "plugins/codec/a/CMakeLists.txt": "barnabas_add_plugin(codec a SOURCES a.cc)",
            "plugins/codec/a/a.cc": '#include "kernel/record/batch.h"\n',
            "plugins/storage/b/CMakeLists.txt": "barnabas_add_plugin(storage b FORMATS SOURCES b.cc)",
            "plugins/storage/b/b.cc": '#include "kernel/record/batch.h"\n#include "kernel/log/log.h"\n',
        }
        self.assertEqual(self.found(include_rules.plugins_see_the_sdk, files), [("plugins/codec/a/a.cc", 1), ("plugins/storage/b/b.cc", 2)])

    def test_the_sdk_stands_alone(self):
        files = {"sdk/include/barnabas/sdk/a.h": "#include <barnabas/sdk/b.h>\n#include <vector>\n#include <boost/dll.hpp>\n"}
        self.assertEqual(self.found(include_rules.the_sdk_stands_alone, files), [("sdk/include/barnabas/sdk/a.h", 3)])

    def test_the_kernel_names_no_plugin(self):
        files = {"kernel/node/a.cc": 'load("segment");  // "segment"\nsay("segment size");\n', "kernel/node/a_test.cc": 'load("segment");\n'}
        self.assertEqual(self.found(include_rules.the_kernel_names_no_plugin, files), [("kernel/node/a.cc", 1)])

    def test_includes_do_not_climb(self):
        self.assertEqual(self.found(include_rules.no_climbing, {"a.cc": '#include "../b.h"\n'}), [("a.cc", 1)])

    def test_headers_open_with_what_they_are(self):
        self.assertEqual(self.found(text_rules.openings, {"a.h": GOOD_HEADER}), [])
        self.assertEqual(self.found(text_rules.openings, {"a.h": "#pragma once\n"}), [("a.h", 1)])
        self.assertEqual(self.found(text_rules.openings, {"a.h": "// A thing.\n"}), [("a.h", 1)])

    def test_pages_have_one_title(self):
        self.assertEqual(self.found(text_rules.openings, {"a.md": "# A\n```\n# code\n```\n## B\n"}), [])
        self.assertEqual(self.found(text_rules.openings, {"a.md": "# A\n# B\n", "b.md": "text\n"}), [("a.md", 2), ("b.md", 1)])

    def test_no_promises_and_nothing_from_elsewhere(self):
        for word in ("TO" + "DO", "FIX" + "ME: later", "XX" + "X", "see /wo" + "rk/x", "../sha" + "red/facts"):
            self.assertEqual(self.found(text_rules.words, {"a.cc": f"\n// {word}\n"}), [("a.cc", 2)], word)
        self.assertEqual(self.found(text_rules.words, {"a.cc": "int network_workload; // a/network/b\n"}), [])

    def test_nobody_naps(self):
        for call in ("std::this_thread::sleep_for(x);", "sleep(1);", "::usleep(5);"):
            self.assertEqual(self.found(text_rules.naps, {"a_test.cc": f"\n  {call}\n"}), [("a_test.cc", 2)], call)
        self.assertEqual(self.found(text_rules.naps, {"a.cc": "// sleep(1)\nbool asleep(); loop.sleep(1); prepare_sleep();\n"}), [])

    def test_names_are_snake_case(self):
        self.assertEqual(self.found(text_rules.names, {"good_name.cc": "", "00_produce.cc": "", "BadName.h": "", "bad-name.py": ""}),
                         [("BadName.h", 1), ("bad-name.py", 1)])

    def test_dead_headers(self):
        files = {"kernel/a/used.h": "", "kernel/a/dead.h": "", "kernel/a/a.cc": '#include "kernel/a/used.h"\n'}
        self.assertEqual(self.found(dead_rules.headers, files), [("kernel/a/dead.h", 1)])

    def test_dead_sources(self):
        files = {"a/CMakeLists.txt": "add_library(a used.cc)", "a/used.cc": "", "a/dead.cc": "", "a/compiled.cc": ""}
        self.assertEqual(self.found(dead_rules.sources, files, {"a/compiled.cc"}), [("a/dead.cc", 1)])


if __name__ == "__main__":
    unittest.main()
