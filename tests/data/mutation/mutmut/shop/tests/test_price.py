import pytest

from shop.price import Basket, discount


def test_discount():
    assert discount(200, 10) == 180


def test_too_much():
    with pytest.raises(ValueError):
        discount(200, 150)


def test_total():
    assert Basket([1, 2]).total() == 3
