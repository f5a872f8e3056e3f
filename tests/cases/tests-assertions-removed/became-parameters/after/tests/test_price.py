import pytest
from fares import price


@pytest.mark.parametrize("distance, cents", [(2, 300), (40, 4100)])
def test_price(distance, cents):
    assert price(distance) == cents
