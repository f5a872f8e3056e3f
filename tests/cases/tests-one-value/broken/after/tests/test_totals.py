from shop.totals import total


def test_adds():
    assert total([1, 2]) == 3


def test_is_whole():
    assert isinstance(total([1, 2]), int)
    assert total([1, 2]) > 2
