import unittest

from parcel.price import price


class Price(unittest.TestCase):
    def test_one_kilogram(self):
        self.assertEqual(price(1), 420)

    def test_five_kilograms(self):
        self.assertEqual(price(5), 900)

    def test_nothing_cannot_be_sent(self):
        with self.assertRaises(ValueError):
            price(0)

    def test_a_heavy_parcel_costs_more(self):
        self.assertEqual(price(30), 4450)
