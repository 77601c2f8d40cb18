#!/usr/bin/env python3
"""The commands of README's tour, typed as they stand against a broker on embedded defaults."""
import os
import re
import subprocess
import unittest

from harness.broker import BUILD, SOURCE, Broker


class Tour(unittest.TestCase):
    def test_every_command_works(self):
        page = (SOURCE / "README.md").read_text()
        # The second begins in the shell that the first was typed into.
        tour = "".join(re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", page, re.S)[1] for name in ("tour", "plugin tour"))
        with Broker("single") as broker:
            script = "set -e\n" + tour.replace("127.0.0.1:9092", broker.address).replace("$PWD/build/release", str(BUILD))
            done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=broker.folder, timeout=300, env=os.environ)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            for expected in ("Created topic orders.", "anna\ttea", "bert\tcoffee", "PartitionCount: 3", "generation 1, range, 0 -> 1 member", "segment", "retention.ms",
                             "100% tests passed", "partitioner 'by_month'", ", 0 broken", "by_month             7"):
                self.assertIn(expected, done.stdout)

    def test_every_command_and_path_named_exists(self):
        text = (SOURCE / "README.md").read_text()
        for path in re.findall(r"\]\(([\w./]+)\)", text):
            self.assertTrue((SOURCE / path).exists(), path)
        for command in ("tools/start", "tests/run"):
            self.assertTrue(os.access(SOURCE / command, os.X_OK), command)


if __name__ == "__main__":
    unittest.main()
