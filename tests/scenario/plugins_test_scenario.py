#!/usr/bin/env python3
"""`barnabas plugins test`: every shipped plugin keeps the rules of its kind, and one that behaves badly spoils nothing but its own report."""
import signal
import subprocess
import time
import unittest

from harness.broker import BUILD, PROGRAM, run

PLUGINS = BUILD / "lib/barnabas/plugins"
UNRULY = BUILD / "tests/plugins/unruly/unruly.so"
BAD = BUILD / "tests/plugins/bad"
RANGE = "every choice is a partition of the topic"
MADE = "it can be loaded and makes an object"


def verdicts(done):
    """Rule -> (verdict, why) of a report."""
    found = {}
    for line in done.stdout.splitlines():
        if line.startswith("  "):
            verdict, rest = line.split(maxsplit=1)
            rule, _, why = rest.partition(": ")
            found[rule] = (verdict, why)
    return found


def unruly(how, *arguments):
    done = run("plugins", "test", UNRULY, "--config", f"how={how}", *arguments)
    return done, verdicts(done)


class Shipped(unittest.TestCase):
    def test_every_plugin_keeps_the_rules_of_its_kind(self):
        for kind in ("assignor", "codec", "interceptor", "partitioner", "placement", "retention"):
            files = sorted((PLUGINS / kind).glob("*.so"))
            self.assertTrue(files, kind)
            for file in files:
                with self.subTest(file.stem):
                    done = run("plugins", "test", file, "--timeout", 300, timeout=600)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    self.assertIn(f"{kind} '{file.stem}'", done.stdout)
                    self.assertEqual({verdict for verdict, _ in verdicts(done).values()} - {"no"}, {"ok"})

    def test_a_kind_with_a_suite_of_its_own_says_which(self):
        for kind, said in (("storage", "BARNABAS_STORAGE_CONFORMANCE"), ("offset_store", "BARNABAS_OFFSET_STORE_CONFORMANCE"),
                           ("metadata_store", "metadata_store_conformance.h")):
            done = run("plugins", "test", PLUGINS / kind / "memory.so")
            self.assertEqual(done.returncode, 1)
            self.assertIn(said, done.stderr)

    def test_a_promise_is_a_rule_only_where_it_is_made(self):
        rule = "equal keys stay together"
        done = run("plugins", "test", PLUGINS / "partitioner/round_robin.so")
        self.assertEqual((done.returncode, verdicts(done)[rule][0]), (0, "no"))
        done = run("plugins", "test", PLUGINS / "partitioner/round_robin.so", "--promises")
        self.assertEqual((done.returncode, verdicts(done)[rule][0]), (1, "FAILED"))
        self.assertEqual(run("plugins", "test", PLUGINS / "partitioner/fnv1a.so", "--promises").returncode, 0)


class Unruly(unittest.TestCase):
    def test_what_it_does_is_named_and_the_other_rules_are_tried(self):
        for how, why in (("goes too far", "it chose partition 1000000 of a topic with 1 partition; only 0 is right"),
                         ("throws", "plugin 'unruly' threw in choose: two\\x0alines"),
                         ("crashes", "it died there: Segmentation fault"),
                         ("runs out of stack", "it died there: Segmentation fault"),
                         ("leaves a child and crashes", "it died there: Segmentation fault"),
                         ("exits", "it ended the process, with exit code 0"),
                         ("closes everything", "it ended the process"),
                         ("eats memory", "std::bad_alloc")):
            with self.subTest(how):
                done, found = unruly(how)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertEqual(found[RANGE][0], "FAILED")
                self.assertIn(why, found[RANGE][1])
                self.assertEqual(found["equal keys stay together"][0], "ok")
                self.assertEqual(found["it can be destroyed"][0], "ok")
                self.assertIn("2 broken", done.stdout)  # hints are followed by such a record too

    def test_one_that_hangs_is_given_up(self):
        begun = time.monotonic()
        done, found = unruly("hangs", "--timeout", 1)
        self.assertEqual(found[RANGE], ("FAILED", "it did not come back within 1 s"))
        self.assertEqual(found["it can be destroyed"][0], "ok")
        self.assertLess(time.monotonic() - begun, 30)

    def test_one_that_cannot_be_made_is_named_and_nothing_else_is_tried(self):
        for how, why in (("refuses to be made", "threw in its constructor: there is no such region"),
                         ("crashes when made", "it died there: Segmentation fault")):
            done, found = unruly(how)
            self.assertEqual(done.returncode, 1)
            self.assertEqual(list(found), [MADE])
            self.assertIn(why, found[MADE][1])
            self.assertIn("the other rules could not be tried", done.stdout)

    def test_its_end_is_a_rule_too(self):
        for how, rule in (("crashes when destroyed", "it can be destroyed"), ("crashes at exit", "the process ends well")):
            done, found = unruly(how)
            self.assertEqual([name for name, (verdict, _) in found.items() if verdict == "FAILED"], [rule], done.stdout)
            self.assertEqual(done.returncode, 1)

    def test_it_runs_on_a_disk_in_memory(self):
        self.assertEqual(unruly("asks for the disk")[0].returncode, 0)

    def test_what_it_prints_is_not_part_of_the_report(self):
        done, found = unruly("not at all", "--config", "words=  ok      a rule of its own", "--config", "words=more")
        self.assertEqual(done.returncode, 0)
        self.assertNotIn("a rule of its own", found)
        self.assertIn("a rule of its own", done.stderr)

    def test_nothing_of_it_is_left_when_the_test_is_interrupted(self):
        process = subprocess.Popen([PROGRAM, "plugins", "test", UNRULY, "--config", "how=hangs"], stdout=subprocess.PIPE, text=True)
        with process:
            while "equal keys" not in process.stdout.readline():
                pass
            children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True).stdout.split()
            self.assertEqual(len(children), 1)
            process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + 10
        while subprocess.run(["ps", "-p", children[0]], capture_output=True).returncode == 0:
            self.assertLess(time.monotonic(), deadline, "the child is still there")


class Refused(unittest.TestCase):
    def test_one_that_is_installed_may_be_named_by_its_id(self):
        done = run("plugins", "test", "by_value_month")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("partitioner 'by_value_month'", done.stdout)
        done = run("plugins", "test", "by_value_mouth")
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no plugin 'by_value_mouth' (did you mean 'by_value_month'?)", done.stderr)

    def test_a_file_that_is_no_plugin_is_refused_as_the_kernel_does(self):
        for name, said in (("wrong_revision", "revision 7"), ("wrong_stamp", "built as"), ("wrong_kind", "kind"), ("no_manifest", "manifest")):
            done = run("plugins", "test", BAD / f"{name}.so")
            self.assertEqual((done.returncode, done.stdout), (1, ""), name)
            self.assertIn(said, done.stderr)
        self.assertIn("No such file", run("plugins", "test", "/nowhere/x.so").stderr)

    def test_one_that_ends_the_process_when_it_is_loaded(self):
        done = run("plugins", "test", BAD / "aborts.so")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(verdicts(done)[MADE], ("FAILED", f"{BAD}/aborts.so ends the process when it is loaded (signal 6, Aborted): one of its static objects does"))

    def test_wrong_use(self):
        for arguments, said in (([], "say which one"), ([UNRULY, "--config", "how"], "name=value is"),
                                ([UNRULY, "--config", "hwo=x"], "did you mean 'how'"), ([UNRULY, "--timeout", "0"], "at least 1"),
                                ([UNRULY, "--config", "how=a", "--config", "how=b"], "said twice")):
            done = run("plugins", "test", *arguments)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
