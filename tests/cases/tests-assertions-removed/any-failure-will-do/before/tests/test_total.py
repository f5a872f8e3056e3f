import pytest
from shop import total


def test_refuses():
    with pytest.raises(ValueError):
        total([-1])
