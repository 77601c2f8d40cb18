"""Kafka's tools of one release, many runs in one JVM."""
import os
import pathlib
import subprocess

from .broker import SOURCE

KAFKA = SOURCE / "tests/compat/kafka/kafka"
HOST = pathlib.Path(__file__).parent / "ToolHost.java"


class KafkaTools:
    def __init__(self, release, folder):
        self.log = open(pathlib.Path(folder, f"tools-{release}.log"), "wb")
        self.process = subprocess.Popen([KAFKA, "-v", release, "class", HOST], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                                        env={**os.environ, "KAFKA_HEAP_OPTS": "-Xmx256M"})

    def run(self, name, *words):
        """(exit code, standard output, standard error)"""
        self.process.stdin.write(("\t".join([name, *map(str, words)]) + "\n").encode())
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the JVM of the tools has ended: {self.log.name}"
        code, out, err = map(int, line.split())
        return code, self.process.stdout.read(out).decode(), self.process.stdout.read(err).decode()

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        self.log.close()
