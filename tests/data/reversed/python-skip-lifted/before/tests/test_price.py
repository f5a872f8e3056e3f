import pytest
from fares import price


@pytest.mark.skip
def test_short_ride():
    assert price(2) == 300
