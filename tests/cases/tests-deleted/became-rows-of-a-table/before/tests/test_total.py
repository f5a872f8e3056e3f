from shop import total


def test_small():
    assert total([1, 2]) == 3


def test_middle():
    assert total([7, 9]) == 16


def test_large():
    assert total([20, 30]) == 50
