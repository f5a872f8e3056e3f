import pytest

from app.price import price


@pytest.mark.parametrize(("n", "want", "note"), [(1, 10, "small"), (20, 180, "big")])
def test_price(n, want, note):
    assert price(n) == want
