import unittest

from parcel.label import label


class Label(unittest.TestCase):
    def test_every_part_has_its_line(self):
        self.assertEqual(label("Ada", "Elm 1", "Riga").count("\n"), 2)

    def test_the_sorting_machine_reads_capitals(self):
        self.assertEqual(label("Ada", "Elm 1", "Riga"), "ADA\nELM 1\nRIGA")
