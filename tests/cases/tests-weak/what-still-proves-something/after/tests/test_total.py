import warnings

import pytest

from shop.total import Key, total


def test_adds():
    assert total([1, 2]) == 3


@pytest.mark.parametrize("prices, whole", [([1], True), ([0.5], False)])
def test_kinds(prices, whole):
    if whole:
        assert total(prices) == 1
    else:
        assert total(prices) == 0.5


def test_nothing_is_nothing():
    assert Key(None) == Key(None)


def test_is_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        total([1])


def test_empty_does_not_raise():
    total([])
