import pytest
from half import half


@pytest.mark.parametrize("n", [2, 4])
def test_even(n):
    assert half(n) * 2 == n
