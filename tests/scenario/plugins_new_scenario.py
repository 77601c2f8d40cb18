#!/usr/bin/env python3
"""`barnabas plugins new`: what it begins configures, builds and is green as it stands, with an installed tree and with the build tree."""
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile
import unittest

from harness.broker import BUILD, PROGRAM, SOURCE, run

KINDS = ("assignor", "codec", "interceptor", "partitioner", "placement", "retention")
CPU_SECONDS = 60  # of configuring, building and testing one project


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="barnabas new "))  # spaces in all paths
        self.addCleanup(shutil.rmtree, self.folder)

    def shell(self, commands, folder):
        done = subprocess.run(["bash", "-ec", commands], cwd=folder, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout


class Projects(Folder):
    def begin(self, kind, name, program=PROGRAM):
        """The commands that `new` prints."""
        done = subprocess.run([program, "plugins", "new", kind, name], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        commands = done.stdout.split("\n\n", 1)[1]
        self.assertEqual(len(commands.splitlines()), 4)
        return commands

    def finish(self, kind, name, commands, **options):
        flags = "".join(f" -D{option}={value}" for option, value in options.items())
        before = cpu_seconds()
        shown = self.shell(commands.replace("cmake -B build", "cmake -B build" + flags), self.folder)
        used = cpu_seconds() - before
        print(f"{kind} {name} {' '.join(options.values())}: {used:.0f} s of CPU", flush=True)
        self.assertLess(used, CPU_SECONDS)
        self.assertIn("100% tests passed", shown)
        self.assertIn(f"{kind} '{name}'", shown)
        self.assertIn(", 0 broken", shown)

    def validate(self, project, blocks):
        """The lines for a deployment that the project's page shows are right."""
        for block in blocks:
            (project / "deployment.yaml").write_text((SOURCE / "conf/single.yaml").read_text() + block)
            done = run("config", "validate", "deployment.yaml", cwd=project)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_kind_is_green_by_both_compilers_against_an_installed_tree(self):
        prefix = self.folder / "an installed tree"
        self.shell(f"cmake --install '{BUILD}' --prefix first && mv first '{prefix}'", self.folder)
        for kind in KINDS:
            # g++ builds all of them in the tree (tests/plugins), so that one is enough here.
            for compiler in ("g++", "clang++") if kind == "partitioner" else ("clang++",):
                name = "my_" + kind + ("_2" if compiler == "g++" else "")
                with self.subTest(name):
                    commands = self.begin(kind, name, prefix / "bin/barnabas")
                    self.assertIn(f"'{prefix}'", commands)
                    self.finish(kind, name, commands, CMAKE_CXX_COMPILER=compiler)
                    text = "".join(file.read_text() for file in (self.folder / name).iterdir() if file.is_file())
                    for word in ("my_plugin", "MyPlugin", "/opt/barnabas"):
                        self.assertNotIn(word, text)
                    # The three commands of its own page are the same ones.
                    page = (self.folder / name / "README.md").read_text()
                    for command in commands.splitlines()[1:3]:
                        self.assertIn(command.strip(), page)
                    self.validate(self.folder / name, re.findall(r"```yaml\n(.*?)```", page, re.S))

    def test_the_build_tree_does_as_well_and_is_found_by_the_path_alone(self):
        self.begin("partitioner", "by_region")
        commands = f"PATH='{BUILD}/bin':$PATH\ncd by_region\ncmake -B build && cmake --build build && ctest --test-dir build\nbarnabas plugins test build/by_region.so"
        self.finish("partitioner", "by_region", commands, CMAKE_BUILD_TYPE="Debug")

    def test_a_rule_that_is_broken_fails_the_test_of_the_project(self):
        commands = self.begin("partitioner", "broken")
        source = self.folder / "broken/broken.cc"
        changed = source.read_text().replace("    return {};", "    partition += 1;\n    return {};", 1)
        self.assertNotEqual(changed, source.read_text())
        source.write_text(changed)
        done = subprocess.run(["bash", "-c", commands], cwd=self.folder, capture_output=True, text=True, timeout=300)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("0% tests passed", done.stdout)
        self.assertIn("FAILED  every choice is a partition of the topic", done.stdout)

    def test_a_name_may_be_a_word_of_the_language_or_of_the_sdk(self):
        for kind, name in (("codec", "stream"), ("codec", "byte"), ("partitioner", "options"), ("interceptor", "class"), ("assignor", "test")):
            with self.subTest(name):
                self.begin(kind, name)
                targets = (BUILD / "lib/cmake/Barnabas/BarnabasTargets.cmake").read_text()
                include = " ".join(f"-I'{line.split(chr(34))[1]}'" for line in targets.splitlines() if "INTERFACE_INCLUDE" in line)
                self.shell(f"g++ -std=c++20 -fsyntax-only {include} {name}/{name}.cc {name}/{name}_test.cc", self.folder)


class Refused(Folder):
    def refused(self, *arguments, said):
        done = run("plugins", "new", *arguments, cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout), (1, ""), arguments)
        self.assertIn(said, done.stderr)

    def test_names_that_cannot_be_one(self):
        for name in ("", "By_month", "by month", "by-month", "1st", "_x", "../x", "a/b", "x;rm", "$(x)", "é", "a\nb", "x" * 65):
            self.refused("partitioner", name, said="characters long" if len(name) > 64 else "cannot be a name")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_kind_that_is_none_gets_the_nearest_word(self):
        self.refused("partitoner", "x", said="did you mean 'partitioner'?")
        self.refused("storage", "x", said="there is no template for the kind storage")
        self.refused("partitioner", said="say which kind and which name")

    def test_a_name_that_is_taken(self):
        for kind, name in (("partitioner", "default"), ("codec", "gzip"), ("interceptor", "audit"), ("assignor", "range")):
            self.refused(kind, name, said=f"there is the {kind} '{name}' already")
        (self.folder / "mine").mkdir()
        self.refused("partitioner", "mine", said="mine exists already, and nothing of it is touched")
        self.assertEqual(list((self.folder / "mine").iterdir()), [])

    def test_a_folder_that_cannot_be_written_to(self):
        self.refused("partitioner", "x", "--dir", "nowhere", said="nowhere is not a folder")
        self.refused("partitioner", "x", "--dir", "/proc", said="cannot make the folder /proc/x")

    def test_a_program_without_its_templates_says_where_they_would_be(self):
        alone = self.folder / "bin"
        alone.mkdir()
        shutil.copy(PROGRAM, alone / "barnabas")
        done = subprocess.run([alone / "barnabas", "plugins", "new", "codec", "x"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"there are no templates in {self.folder}/share/barnabas/template", done.stderr)


if __name__ == "__main__":
    unittest.main()
