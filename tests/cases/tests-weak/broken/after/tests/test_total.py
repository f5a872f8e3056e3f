from shop.total import total


def test_adds():
    assert total([1, 2]) == 3


def test_there():
    result = total([1])
    assert result is not None


def test_constant():
    total([1])
    assert True


def test_nothing():
    total([1])


def test_later():
    pass


def test_perhaps():
    result = total([1])
    if result:
        assert result == 1
