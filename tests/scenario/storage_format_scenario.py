#!/usr/bin/env python3
"""barnabas storage format where some directories are formatted already: the others get the same cluster, or nothing happens."""
import pathlib
import tempfile
import unittest

from harness.broker import SOURCE, run


class Format(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="barnabas-test-")))
        done = self.format("a")
        self.assertEqual(done.returncode, 0, done.stderr)

    def format(self, names, *words, node=1):
        directories = ",".join(str(self.folder / name) for name in names)
        overrides = [f"log.dirs={directories}", f"node.id={node}"]
        return run("storage", "format", "-c", SOURCE / "conf/single.yaml", *(word for one in overrides for word in ("--override", one)), *words)

    def properties(self, name):
        text = (self.folder / name / "meta.properties").read_text()
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)

    def test_new_directories_join_the_cluster_of_the_others(self):
        done = self.format("ab", "-g")
        self.assertEqual(done.returncode, 0, done.stderr)
        for key in ("cluster.id", "node.id"):
            self.assertEqual(self.properties("a")[key], self.properties("b")[key])
        self.assertNotEqual(self.properties("a")["directory.id"], self.properties("b")["directory.id"])

    def test_another_cluster_or_node_is_refused(self):
        known = self.properties("a")["cluster.id"]
        for words, node, said in ((["-t", "4L6g3nShT-eMCtK--X86sw"], 1, f"is formatted for node 1 of cluster {known}, not for node 1 of cluster 4L6g3nShT-eMCtK--X86sw"),
                                  ([], 2, f"is formatted for node 1 of cluster {known}, not for node 2 of cluster {known}")):
            for names in ("a", "ab"):
                done = self.format(names, "-g", *words, node=node)
                self.assertEqual(done.returncode, 1)
                self.assertIn(said, done.stderr)
            self.assertFalse((self.folder / "b").exists())


if __name__ == "__main__":
    unittest.main()
