import warnings

import pytest

from shop.total import Key, total


def test_adds():
    assert total([1, 2]) == 3
