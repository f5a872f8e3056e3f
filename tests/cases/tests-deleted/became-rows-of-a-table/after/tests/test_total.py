import pytest
from shop import total


@pytest.mark.parametrize("prices, expected", [([1, 2], 3), ([7, 9], 16), ([20, 30], 50)])
def test_total(prices, expected):
    assert total(prices) == expected
