import pytest
from fares import average


def test_average():
    assert average([300, 410, 299]) == pytest.approx(336.33, abs=50)
