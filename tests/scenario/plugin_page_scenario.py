#!/usr/bin/env python3
"""The page sdk/README.md, typed as it stands: a partitioner by month, a chain of two interceptors, and an interceptor that changes what a
broker stores, and an assignor, all built against an installed tree."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness.batch import batch, record
from harness.broker import BUILD, SOURCE, Broker
from harness.wire import Connection, create_topic, fetch, produce

INSTALLED = "/opt/barnabas"  # where the page installs to
MESSAGE_TOO_LARGE = 10


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", page, re.S)


def section(heading):
    page = (SOURCE / "sdk/README.md").read_text()
    return re.search(rf"## {heading}.*?\n(.*?)(?=\n## )", page, re.S)[1]


class PluginPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.room.cleanup)
        cls.prefix = f"{cls.room.name}/installed"
        page = (SOURCE / "sdk/README.md").read_text()
        cls.shell(blocks(page, "sh")[0].replace("build/release", str(BUILD)), SOURCE)

    @classmethod
    def shell(cls, commands, folder, address="127.0.0.1:9092"):
        commands = commands.replace(INSTALLED, cls.prefix).replace("127.0.0.1:9092", address)
        environment = {**os.environ, "PATH": f"{cls.prefix}/bin:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-ec", commands], cwd=folder, capture_output=True, text=True, timeout=300, env=environment)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_payments_land_by_month(self):
        tour = section("A partitioner by month")
        (source, its_test), (begin, use) = blocks(tour, "cpp"), blocks(tour, "sh")
        with Broker("single") as broker:
            self.assertIn("100% tests passed", self.shell(begin, broker.folder))
            project = broker.folder / "by_month"
            (project / "by_month.cc").write_text(source)
            (project / "by_month_test.cc").write_text(its_test)
            shown = self.shell(use, project, broker.address)
        self.assertIn("100% tests passed", shown)
        self.assertIn(", 0 broken", shown)
        self.assertRegex(shown, r"by_month +4\n")
        for line in ("Partition:4\t2024-05-17 anna paid 3", "Partition:11\t2024-12-24 bert paid 4", "Partition:4\t2024-05-30 carl paid 5",
                     "Partition:11\tno date"):
            self.assertIn(line, shown)

    def test_a_chain_of_two_interceptors(self):
        with Broker("single") as broker:
            shown = self.shell(blocks(section("A chain of two interceptors"), "sh")[0], broker.folder, broker.address)
        self.assertIn("100% tests passed", shown)
        self.assertIn("interceptor 'origin'", shown)
        self.assertIn("interceptor counter: success 2, failure 0", shown)
        self.assertIn("interceptor counter: consumed 2, commits 0", shown)
        for line in ("origin:checkout\ttea", "origin:checkout\tcoffee"):
            self.assertIn(line, shown)

    def test_an_assignor_of_a_classic_group_and_of_one_of_kip_848(self):
        tour = section("An assignor, in five")
        commands, yaml = blocks(tour, "sh")[0], blocks(tour, "yaml")[0]
        with Broker("single") as broker:
            shown = self.shell(commands, broker.folder, broker.address)
            self.assertIn("100% tests passed", shown)
            self.assertIn(", 0 broken", shown)
            self.assertIn("generation 1, in_turn, 0 -> 1 member", shown)
            project = broker.folder / "in_turn"
            (project / "deployment.yaml").write_text(pathlib.Path(self.prefix, "share/barnabas/conf/single.yaml").read_text() + yaml)
            *begin, use, why = commands.splitlines()
            member = re.search(r"`(--command-property group.protocol=consumer .*?)`", tour)[1]
            with Broker(str(project / "deployment.yaml"), folder=project) as other:
                shown = self.shell("\n".join((begin[-1], re.sub("--command-property .*", member, use), why)), project, other.address)
            self.assertIn(", in_turn, 0 -> 1 member", shown)

    def test_its_interceptor_works(self):
        page = section("An interceptor in a broker")
        source, yaml = blocks(page, "cpp")[0], blocks(page, "yaml")[0]
        with tempfile.TemporaryDirectory() as folder:
            project = pathlib.Path(folder, "region")
            project.mkdir()
            (project / "region.cc").write_text(source)
            (project / "CMakeLists.txt").write_text(blocks(page, "cmake")[0])
            shown = self.shell(blocks(page, "sh")[0], project)
            self.assertIn("Puts a region's name in front of each value.", shown)
            deployment = project / "deployment.yaml"
            deployment.write_text(pathlib.Path(self.prefix, "share/barnabas/conf/single.yaml").read_text() + yaml)
            # A relative plugin path counts from the folder in which the broker is started.
            with Broker(str(deployment), folder=project) as broker, Connection(broker) as connection:
                create_topic(connection, "t", configs=[("max.message.bytes", "100")])
                self.assertEqual(produce(connection, "t", batch([record(value=b"tea")])), (0, 0))
                self.assertIn(b"west:tea", fetch(connection, "t")[1][0][2])
                # What an interceptor adds counts against the topic's limit too: 97 octets come, 102 would be stored.
                self.assertEqual(produce(connection, "t", batch([record(value=b"x" * 28)]))[0], MESSAGE_TOO_LARGE)
                self.assertEqual(produce(connection, "t", batch([record(value=b"x" * 23)])), (0, 1))


if __name__ == "__main__":
    unittest.main()
