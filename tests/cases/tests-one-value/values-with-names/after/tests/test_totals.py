from shop.totals import total


PRICES = [1, 2]


def test_adds():
    assert total(PRICES) == 3


def test_is_whole():
    assert total(PRICES) % 1 == 0
