import pytest
from fares import price


def test_unknown_zone():
    with pytest.raises(LookupError):
        price(2, zone="Z")
