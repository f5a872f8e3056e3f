from total import total


def test_total():
    assert total([1, 2]) == 3


def test_total_is_a_float():
    assert isinstance(total([1]), float)
