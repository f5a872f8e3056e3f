import pytest
from shop import total


def test_total():
    assert total([1, 2]) == 3


@pytest.mark.parametrize("price", [1, 2])
def test_one(price):
    assert total([price]) == price
