from shop.total import total


def test_adds():
    assert total([1, 2]) == 3


def sums_to(prices, expected):
    assert total(prices) == expected


def test_one():
    sums_to([1], 1)
