from shop import total


def test_total():
    prices = [1, 2]
    assert total(prices) == 3


def test_empty():
    assert total([]) == 0
