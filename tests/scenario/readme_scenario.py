#!/usr/bin/env python3
"""The commands of README's tour, typed as they stand against a broker on embedded defaults."""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from harness.broker import BUILD, SOURCE, Broker

sys.path.insert(0, str(SOURCE / "tests"))
from ports import free_port  # noqa: E402
from services.services import ZooKeeper  # noqa: E402


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

    def test_three_brokers_of_either_engine(self):
        page = (SOURCE / "README.md").read_text()
        tour = re.search(r"<!-- three brokers -->\n```sh\n(.*?)```", page, re.S)[1]
        for engine in ("kraft", "zookeeper"):
            with self.subTest(engine), contextlib.ExitStack() as stack:
                folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bs-")))
                ports = {port: free_port() for port in ("9092", "9093", "9192", "9292")}
                if engine == "zookeeper":
                    ports["2181"] = stack.enter_context(ZooKeeper(folder / "z")).port

                def moved(text, ports=ports):
                    return re.sub(r"127\.0\.0\.1:(\d+)", lambda address: f"127.0.0.1:{ports[address[1]]}", text)
                (folder / "conf/three-brokers").mkdir(parents=True)
                for file in (SOURCE / "conf/three-brokers").glob("*.yaml"):
                    (folder / "conf/three-brokers" / file.name).write_text(moved(file.read_text()) if engine in file.name else "")
                # When a command fails, the brokers end as well.
                script = "trap 'kill $(jobs -p) || true' EXIT\nset -e\n" + moved(tour.replace("$PWD/build/release", str(BUILD)).replace("kraft", engine))
                done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=folder, timeout=120, env=os.environ)
                said = done.stdout + done.stderr
                self.assertEqual(done.returncode, 0, said)
                for expected in ("Created topic drinks.", "anna\ttea", "bert\tcoffee", "PartitionCount: 6", *(f"Leader: {node}\t" for node in (1, 2, 3))):
                    self.assertIn(expected, done.stdout, said)

    def test_every_command_and_path_named_exists(self):
        text = (SOURCE / "README.md").read_text()
        for path in re.findall(r"\]\(([\w./]+)\)", text):
            self.assertTrue((SOURCE / path).exists(), path)
        for command in ("tools/start", "tests/run"):
            self.assertTrue(os.access(SOURCE / command, os.X_OK), command)


if __name__ == "__main__":
    unittest.main()
