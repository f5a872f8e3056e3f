import pytest
from fares import price


def test_short_ride():
    assert price(2) == 300
