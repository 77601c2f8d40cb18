#!/usr/bin/env python3
"""The page sdk/README.md, typed as it stands: its interceptor is built against an installed tree and changes what a broker stores."""
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


class PluginPage(unittest.TestCase):
    def test_its_interceptor_works(self):
        page = (SOURCE / "sdk/README.md").read_text()
        source, yaml = blocks(page, "cpp")[0], blocks(page, "yaml")[0]
        install, build = blocks(page, "sh")[:2]
        with tempfile.TemporaryDirectory() as folder:
            prefix, project = f"{folder}/installed", pathlib.Path(folder, "region")
            project.mkdir()
            (project / "region.cc").write_text(source)
            (project / "CMakeLists.txt").write_text(blocks(page, "cmake")[0])
            self.shell(install.replace("build/release", str(BUILD)).replace(INSTALLED, prefix), SOURCE)
            shown = self.shell(build.replace(INSTALLED, prefix), project)
            self.assertIn("Puts a region's name in front of each value.", shown)
            deployment = project / "deployment.yaml"
            deployment.write_text(pathlib.Path(prefix, "share/barnabas/conf/single.yaml").read_text() + yaml)
            # A relative plugin path counts from the folder in which the broker is started.
            with Broker(str(deployment), folder=project) as broker, Connection(broker) as connection:
                create_topic(connection, "t", configs=[("max.message.bytes", "100")])
                self.assertEqual(produce(connection, "t", batch([record(value=b"tea")])), (0, 0))
                self.assertIn(b"west:tea", fetch(connection, "t")[1][0][2])
                # What an interceptor adds counts against the topic's limit too: 97 octets come, 102 would be stored.
                self.assertEqual(produce(connection, "t", batch([record(value=b"x" * 28)]))[0], MESSAGE_TOO_LARGE)
                self.assertEqual(produce(connection, "t", batch([record(value=b"x" * 23)])), (0, 1))

    def shell(self, commands, folder):
        done = subprocess.run(["bash", "-ec", commands], cwd=folder, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout


if __name__ == "__main__":
    unittest.main()
