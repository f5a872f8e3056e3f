from hypothesis import given, settings, strategies

from app.price import price


@settings(max_examples=10)
@given(strategies.integers())
def test_price(n):
    assert price(n) == n * 10
