#!/usr/bin/env python3
"""A row tells median, range and ratio as they are, and calls reached what is."""
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from rows import Row, line, lines, ratios  # noqa: E402  (the path above comes first)


def cells(row, **found):
    sides = {"ours": found.get("ours", []), "null broker": found.get("null", []), "Apache Kafka": found.get("kafka", [])}
    return [cell.strip() for cell in line(row, 0, {name: [[value] for value in values] for name, values in sides.items()}).split("|")[1:-1]]


class RowsTest(unittest.TestCase):
    def test_more_than_one_is_in_our_favour(self):
        self.assertEqual(ratios("less", [2, 4], [6, 8]), [3, 2])
        self.assertEqual(ratios("more", [6, 8], [2, 4]), [3, 2])

    def test_a_side_that_was_measured_less_often_stands_by_its_median(self):
        self.assertEqual(ratios("less", [1, 2, 3], [6]), [6, 3, 2])
        self.assertEqual(ratios("less", [1, 2, 3], []), [])

    def test_nothing_is_infinitely_less(self):
        self.assertEqual(ratios("less", [0], [3]), [float("inf")])

    def test_a_row_has_median_range_ratios_and_goals(self):
        told = cells(Row("CPU", kafka=3, null=0.8), ours=[1, 2, 4], null=[1, 2, 4], kafka=[4, 6, 8])
        self.assertEqual(told, ["CPU", "2 (1..4)", "2 (1..4)", "6 (4..8)", "1 (1..1)", "3 (2..4)", "Kafka 3; null 0.8", "yes"])

    def test_medians_decide_what_is_reached(self):
        self.assertEqual(cells(Row("CPU", kafka=3), ours=[1, 1, 1], kafka=[2, 2, 9])[-1], "no")
        self.assertEqual(cells(Row("ms", most=15), ours=[14, 15, 99])[-1], "yes")
        self.assertEqual(cells(Row("ms", kafka=3, most=15), ours=[16], kafka=[160])[-2:], ["Kafka 3; at most 15", "Kafka yes, bound no"])

    def test_what_was_not_taken_has_no_verdict(self):
        self.assertEqual(cells(Row("CPU", kafka=3, null=1), ours=[1], kafka=[3])[-2:], ["Kafka 3", "yes"])
        self.assertEqual(cells(Row("CPU", kafka=3, null=1), ours=[1])[-2:], ["", ""])
        self.assertEqual(lines([Row("CPU")], {}), [])


if __name__ == "__main__":
    unittest.main()
