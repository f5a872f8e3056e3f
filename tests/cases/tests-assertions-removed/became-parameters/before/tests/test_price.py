import pytest
from fares import price


def test_price():
    assert price(2) == 300
    assert price(40) == 4100
