import pytest
from shop import total


def test_refuses():
    with pytest.raises(Exception):
        total([-1])
