import pytest
from fares import price


def test_unknown_zone():
    with pytest.raises(KeyError):
        price(2, zone="Z")
