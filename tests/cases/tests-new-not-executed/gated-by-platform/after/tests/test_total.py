import sys

import pytest
from shop import total


def test_total():
    assert total([1, 2]) == 3


@pytest.mark.skipif(sys.platform != "win32", reason="paths of Windows")
def test_one():
    assert total([1]) == 1
