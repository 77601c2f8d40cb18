#!/usr/bin/env python3
"""Partitioners as a user meets them: what the commands choose with them, and how wrong use is refused."""
import unittest

from harness.broker import BUILD, Broker, run


def explained(*arguments):
    done = run("partitioner", "explain", *arguments, check=True)
    return dict(line.split() for line in done.stdout.splitlines()[1:])


class Explain(unittest.TestCase):
    def test_each_installed_partitioner_says_its_choice(self):
        chosen = explained("--key", "foobar", "--value", "paid 2024-05-01", "--partitions", 7)
        self.assertEqual({name: chosen[name] for name in ("default", "murmur2_random", "consistent_random", "fnv1a", "by_value_month")},
                         {"default": "0", "murmur2_random": "0", "consistent_random": "6", "fnv1a": "4", "by_value_month": "4"})
        self.assertTrue({"random", "round_robin"} <= set(chosen))

    def test_one_alone_by_its_name_or_its_file_with_options(self):
        self.assertEqual(explained("--partitioner", "by_value_month", "--value", "2024-05-01"), {"by_value_month": "4"})
        file = BUILD / "lib/barnabas/plugins/partitioner/by_value_month.so"
        self.assertEqual(explained("--partitioner", file, "--partitioner-property", "otherwise=3"), {"by_value_month": "3"})

    def test_one_that_cannot_choose_says_why(self):
        for name, said in (("by_value_mouth", "did you mean 'by_value_month'?"), ("./none.so", "No such file"),
                           (BUILD / "lib/barnabas/plugins/codec/gzip.so", "is a plugin of kind codec, not a partitioner")):
            done = run("partitioner", "explain", "--partitioner", name)
            self.assertEqual(done.returncode, 1)
            self.assertIn(said, done.stdout)
        done = run("partitioner", "explain", "--partitioner-property", "otherwise=3")
        self.assertIn("needs --partitioner", done.stderr)

    def test_wrong_use_is_refused(self):
        self.assertNotEqual(run("partitioner").returncode, 0)
        self.assertNotEqual(run("partitioner", "explain", "--partitions", 0).returncode, 0)


class Produce(unittest.TestCase):
    def setUp(self):
        self.broker = Broker("memory").start()
        self.addCleanup(self.broker.__exit__)
        run("topics", "--bootstrap-server", self.broker.address, "--create", "--topic", "t", "--partitions", 12, check=True)

    def produce(self, lines, *arguments):
        return run("produce", "--bootstrap-server", self.broker.address, "--topic", "t", *arguments, input="".join(f"{line}\n" for line in lines))

    def consumed(self, partition, count):
        done = run("consume", "--bootstrap-server", self.broker.address, "--topic", "t", "--partition", partition, "--offset", "earliest",
                   "--max-messages", count, "--timeout-ms", 10000)
        return done.stdout.splitlines()

    def test_months_go_to_their_partitions(self):
        done = self.produce(["a 2024-01-31", "b 2024-12-24", "c 2023-01-01", "d no date"], "--partitioner", "by_value_month",
                            "--partitioner-property", "otherwise=5")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.consumed(0, 2), ["a 2024-01-31", "c 2023-01-01"])
        self.assertEqual(self.consumed(11, 1), ["b 2024-12-24"])
        self.assertEqual(self.consumed(5, 1), ["d no date"])

    def test_round_robin_goes_through_all(self):
        self.assertEqual(self.produce(range(12), "--partitioner", "round_robin").returncode, 0)
        for partition in range(12):
            self.assertEqual(self.consumed(partition, 1), [str(partition)])

    def test_mistakes_are_named_and_nothing_is_sent(self):
        for arguments, said in ((["--partitioner", "rond_robin"], "did you mean 'round_robin'"),
                                (["--partitioner", "by_value_month", "--partitioner-property", "otherwise=-1"], "otherwise"),
                                (["--partitioner", "by_value_month", "--partitioner-property", "other=1"], "other"),
                                (["--partitioner", "default", "--partitioner-property", "batch_size"], "name=value"),
                                (["--partitioner-property", "batch_size=1"], "needs --partitioner")):
            with self.subTest(arguments):
                done = self.produce(["x"], *arguments)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(said, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
