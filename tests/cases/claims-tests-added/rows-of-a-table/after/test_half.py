import pytest
from half import half


@pytest.mark.parametrize("n", [2, 4, 6, 8])
def test_even(n):
    assert half(n) == n // 2
