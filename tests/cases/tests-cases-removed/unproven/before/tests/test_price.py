import pytest

from app.price import price


@pytest.mark.parametrize(
    ("n", "want"),
    [
        (1, 10),
        (10, 100),
        (20, 180),
    ],
)
def test_price(n, want):
    assert price(n) == want
