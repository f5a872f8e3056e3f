import pytest

from shop import total


def test_total():
    assert total([1, 2]) == 3


@pytest.mark.slow
def test_empty():
    assert total([]) == 0
