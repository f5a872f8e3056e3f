import numpy.testing as checks
from shop.totals import total


def test_adds():
    checks.assert_equal(total([1, 2]), 3)
