from shop.totals import total


def test_adds():
    assert total([1, 2]) == 3
