import shop.totals
from shop.totals import subtotal


def test_adds():
    assert subtotal([1, 2]) == 3
    assert shop.totals.grand([1]) == 1
